import { useApi } from '@backstage/core-plugin-api';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** Event sources that are pulled, live. */
export function useSources() {
  const api = useApi(gitopsEventsApiRef);
  return useLive({
    key: 'sources',
    load: async signal => (await api.call('listSources', { signal })).items,
  });
}
