import { usePermission } from '@backstage/plugin-permission-react';
import {
  ownedRef,
  type changeMergePermission,
  type OwnedKind,
} from '@gitops-events/plugin-gitops-events-common';

/**
 * Why the reader may not do something, for the button that would do it.
 * Undefined while that is unknown: the server decides in the end, and says why.
 */
export function useRefusalReason(
  permission: typeof changeMergePermission,
  kind: OwnedKind,
  id: string,
): string | undefined {
  const { loading, allowed, error } = usePermission({
    permission,
    resourceRef: ownedRef(kind, id),
  });
  return loading || allowed || error
    ? undefined
    : 'Only its owners and platform engineers may decide this.';
}
