import { useApi } from '@backstage/core-plugin-api';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** How much waits in each part of the quarantine. */
export function useWaiting() {
  const api = useApi(gitopsEventsApiRef);
  const { value } = useLive({
    key: 'waiting',
    load: async signal => {
      const { held, refusedMessages } = await api.call('getOverview', {
        signal,
      });
      return { runs: held.count, messages: refusedMessages?.count };
    },
  });
  return value;
}
