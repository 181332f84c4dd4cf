import { usePermission } from '@backstage/plugin-permission-react';
import { stopUpdatePermission } from '@gitops-events/plugin-gitops-events-common';

/** Whether the reader may set and lift stops; false while that is unknown. */
export function useMayStop(): boolean {
  const { loading, allowed } = usePermission({
    permission: stopUpdatePermission,
  });
  return !loading && allowed;
}
