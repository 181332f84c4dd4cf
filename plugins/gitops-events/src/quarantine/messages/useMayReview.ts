import { quarantineReviewPermission } from '@gitops-events/plugin-gitops-events-common';
import { useRefusalReason } from '../../api/useRefusalReason';

/** Why the reader may not decide about refused messages; undefined where they may. */
export function useMayReview(): string | undefined {
  // They belong to nobody, so it is the same for each of them.
  const refused = useRefusalReason(quarantineReviewPermission, 'message', '*');
  return refused && 'It belongs to nobody, so platform engineers decide this.';
}
