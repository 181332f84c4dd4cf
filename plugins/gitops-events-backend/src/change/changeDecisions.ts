import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  notCountedInWords,
  whyNotCounted,
  type Involved,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import { insertApproval } from '../store/approvals';
import type { ChainRecord } from '../store/chain';
import type { Change } from '../store/changeRow';
import type { CommitQueue } from '../store/commitQueue';
import { readChange, readRevision } from '../store/readChange';
import { askWriter } from '../store/saveChange';
import { appendTimeline } from '../timeline/append';
import { decideMerge } from './mergeDecision';

/** A person's decision on a change, conditional on the version they saw. */
export interface ChangeDecision {
  id: string;
  version: number;
  /** Entity reference of the person. */
  by: string;
  comment?: string;
}

/** What people decide about changes. The writer acts on it at the host. */
export interface ChangeDecisions {
  /** Approves one content, named by its hash; not of a change that one had a part in. */
  approveChange(decision: ChangeDecision & { diffHash: string }): Promise<void>;
  mergeChange(decision: ChangeDecision): Promise<void>;
  closeChange(decision: ChangeDecision): Promise<void>;
}

export function createChangeDecisions(options: {
  commits: CommitQueue;
  nudges: Nudges;
  /** Who caused the change or let it through. */
  involvedIn(tx: Knex, change: Change): Promise<Involved[]>;
  countApprovals(tx: Knex, change: Change, diffHash: string): Promise<number>;
}): ChangeDecisions {
  const { commits, nudges } = options;

  const decide = async (
    decision: ChangeDecision,
    work: (tx: Knex.Transaction, change: Change) => Promise<ChainRecord[]>,
  ) => {
    await commits.run(async tx => {
      const change = await readChange(tx, decision.id);
      if (!change) throw new NotFoundError('There is no such change.');
      if (change.state === 'ended') {
        throw new ConflictError(endedMeanwhile(change));
      }
      if (change.version !== decision.version) {
        throw new ConflictError(await whoApproved(tx, change));
      }
      return work(tx, change);
    });
    nudges.send('changes', 'timeline');
  };

  return {
    approveChange: decision =>
      decide(decision, async (tx, change) => {
        const revision = await readRevision(tx, change);
        if (revision.diffHash !== decision.diffHash) {
          throw new ConflictError(
            'Its content changed meanwhile. Read the new diff, then approve.',
          );
        }
        const involved = await options.involvedIn(tx, change);
        const notCounted = whyNotCounted(decision.by, involved);
        if (notCounted) throw new ConflictError(notCountedInWords(notCounted));
        const at = presentTime();
        const { by, comment, diffHash } = decision;
        await insertApproval(tx, {
          changeId: change.id,
          diffHash,
          by,
          comment,
          at,
        });
        await askOf(tx, change);
        await appendTimeline(tx, [
          {
            kind: 'approved',
            changeId: change.id,
            data: { by, comment, diffHash },
            at,
          },
        ]);
        return [record(change, 'approved', decision, { diff: diffHash })];
      }),

    mergeChange: decision =>
      decide(decision, async (tx, change) => {
        if (change.asked && change.asked.what !== 'merge') {
          throw new ConflictError('It is being closed.');
        }
        const revision = await readRevision(tx, change);
        const asked = {
          what: 'merge',
          by: decision.by,
          at: presentTime(),
          comment: decision.comment,
        } as const;
        const verdict = decideMerge({
          change: { ...change, asked },
          revision,
          approvals: await options.countApprovals(
            tx,
            change,
            revision.diffHash,
          ),
        });
        if (verdict.decision !== 'merge') {
          throw new ConflictError(
            verdict.decision === 'wait'
              ? verdict.reason.message
              : 'It is being closed.',
          );
        }
        await askOf(tx, { ...change, asked });
        return [record(change, 'mergeAsked', decision)];
      }),

    closeChange: decision =>
      decide(decision, async (tx, change) => {
        await askOf(tx, {
          ...change,
          asked: { what: 'close', by: decision.by, comment: decision.comment },
        });
        return [record(change, 'closeAsked', decision)];
      }),
  };
}

/** Tells the second of two people what became of it since they looked. */
function endedMeanwhile({ asked, end, reason }: Change): string {
  const how = end === 'merged' ? 'merged' : 'ended';
  if (asked?.by) return `${asked.by} had it ${how} meanwhile.`;
  return `It ${how === 'merged' ? 'was merged' : 'has ended'} meanwhile${
    reason ? `: ${reason.message}` : '.'
  }`;
}

async function whoApproved(tx: Knex, change: Change): Promise<string> {
  const last = await tx('approvals')
    .where({ change_id: change.id })
    .orderBy('at', 'desc')
    .first('by');
  const what = last
    ? `${last.by} approved it meanwhile`
    : 'It moved on meanwhile';
  return `${what}. Look at it again, then decide.`;
}

async function askOf(tx: Knex, change: Change): Promise<void> {
  if (!(await askWriter(tx, change))) {
    throw new ConflictError(
      'It moved on meanwhile. Look at it again, then decide.',
    );
  }
}

function record(
  change: Change,
  outcome: string,
  { by, comment }: ChangeDecision,
  more: object = {},
): ChainRecord {
  return {
    what: 'person',
    change: change.id,
    outcome,
    by,
    ...(comment && { comment }),
    ...more,
  };
}
