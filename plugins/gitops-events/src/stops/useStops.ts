import { useApi } from '@backstage/core-plugin-api';
import type { StopView } from '@gitops-events/plugin-gitops-events-common';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** Stops in force, newest first; none while they are not known, or may not be seen. */
export function useStops(): { stops: StopView[]; refresh: () => void } {
  const api = useApi(gitopsEventsApiRef);
  const { value, refresh } = useLive({
    key: 'stops',
    load: signal => api.call('listStops', { query: { limit: 20 }, signal }),
  });
  return { stops: value?.items ?? [], refresh };
}
