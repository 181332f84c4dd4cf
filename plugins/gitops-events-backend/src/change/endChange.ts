import type { Knex } from 'knex';
import type {
  ChangeEnd,
  Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';
import type { ChainRecord } from '../store/chain';
import { memberRunIds } from '../store/memberRunIds';
import { saveChange } from '../store/saveChange';
import { wakeRuns } from '../store/wakeRuns';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { restsUntil } from './restsUntil';

/**
 * Ends a change and wakes the runs that it carries, which then look at it, in
 * the transaction `tx`. Nothing is written when somebody else wrote to the
 * change since it was read.
 */
export async function endChange(
  tx: Knex,
  change: Change,
  what: {
    end: ChangeEnd;
    reason?: Reason;
    /** Who ended it, where it was a person. */
    by?: string;
    mergeCommit?: string;
    /** How long newer runs of its change keys wait for its sync at most, once it is merged. Milliseconds. */
    restMs?: number;
    /** Lines before the one that tells the end. */
    lines?: TimelineRow[];
    now: number;
  },
): Promise<ChainRecord[]> {
  const { end, reason, by, mergeCommit, lines = [], now } = what;
  const saved = await saveChange(tx, {
    ...change,
    state: 'ended',
    end,
    reason,
    mergeCommit: mergeCommit ?? change.mergeCommit,
    mergedAt: end === 'merged' ? now : undefined,
    endedAt: now,
    restsUntil:
      end === 'merged' ? await restsUntil(tx, change.id, what) : undefined,
    claimedBy: undefined,
  });
  if (!saved) return [];
  await appendTimeline(tx, [
    ...lines,
    ...(end === 'merged'
      ? []
      : [
          {
            kind: 'changeEnded' as const,
            changeId: change.id,
            data: { end, reason, by },
            at: now,
          },
        ]),
  ]);
  await wakeRuns(tx, await memberRunIds(tx, change.id), now);
  return [
    {
      what: 'change',
      change: change.id,
      revision: change.revision,
      outcome: end,
      ...(mergeCommit && { commit: mergeCommit }),
      ...(by && { by }),
    },
  ];
}
