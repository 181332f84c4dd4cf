import { useApi } from '@backstage/core-plugin-api';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** How much waits in each part of the quarantine; a backend of the version before cannot tell. */
export function useWaiting() {
  const api = useApi(gitopsEventsApiRef);
  return useLive({
    key: 'waiting',
    load: signal => api.call('countQuarantine', { signal }),
  });
}
