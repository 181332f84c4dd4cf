import { useApi } from '@backstage/core-plugin-api';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** The revert that holds a run, with its root cause once that is stated; undefined where another reason does. */
export function useHoldingRevert(reason: Reason | undefined) {
  const api = useApi(gitopsEventsApiRef);
  const id = reason?.code === 'reverted' ? reason.detail?.revert : undefined;
  const live = useLive({
    key: `revert ${id}`,
    load: async signal => {
      if (typeof id !== 'string') return {};
      const { revert } = await api.call('getRun', { params: { id }, signal });
      return { revert };
    },
    moving: () => false,
  });
  return { revert: live.value?.revert, refresh: live.refresh };
}
