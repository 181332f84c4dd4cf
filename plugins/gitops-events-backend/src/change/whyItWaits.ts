import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';

/** Why a run waits that a change carries which has not ended: what holds the change up. Pure. */
export function whyItWaits({ reason }: Pick<Change, 'reason'>): Reason {
  return reason ?? { code: 'change', message: 'Its change is on its way.' };
}
