import { useApi } from '@backstage/core-plugin-api';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** What a sensor said within the last hours, counted and kept fresh. */
export function useActivity(
  name: string,
  query: { hours: number; revision?: number },
) {
  const api = useApi(gitopsEventsApiRef);
  return useLive({
    key: JSON.stringify([name, query]),
    load: signal =>
      api.call('getSensorActivity', { params: { name }, query, signal }),
  });
}
