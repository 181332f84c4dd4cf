import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { releasedSteps } from '../pipeline/doneBefore';
import { presentTime } from '../presentTime';
import type { ChainRecord } from '../store/chain';
import type { CommitQueue } from '../store/commitQueue';
import type { Effect } from '../store/effectRow';
import { sortReverted } from '../change/sortReverted';
import { newerThan, type ValueAge } from '../change/valueAge';
import { NEWER_IN_GIT } from '../restore/sortRestored';
import { newestAsked } from '../store/newestValues';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { cancelRun, effectOfStep, withdraw } from './cancelRun';
import { moveRun } from './moveRun';
import { NewerValueError, readNewerValue } from './newerValue';
import { whoDecided } from './whoDecided';

/** A person's decision on a run, conditional on the version they saw. */
export interface RunDecision {
  id: string;
  version: number;
  /** Entity reference of the person. */
  by: string;
  comment?: string;
}

/** What people decide about runs: release, discard, comment, cancel. */
export interface RunDecisions {
  /** Resumes a held run at the step that stopped; permissions, boundary and policy are asked again. */
  releaseRun(decision: RunDecision & { confirmOlder?: boolean }): Promise<void>;
  discardRun(decision: RunDecision): Promise<void>;
  cancelRun(decision: RunDecision): Promise<void>;
  commentRun(decision: { id: string; by: string; text: string }): Promise<void>;
}

export function createRunDecisions(options: {
  commits: CommitQueue;
  nudges: Nudges;
}): RunDecisions {
  const { commits, nudges } = options;

  /** Runs `work` in one transaction on the run as the person saw it. */
  const decide = async (
    decision: RunDecision,
    work: (tx: Knex.Transaction, run: Run) => Promise<ChainRecord[]>,
  ) => {
    await commits.run(async tx => {
      const run = await readRun(tx, decision.id);
      if (!run) throw new NotFoundError('There is no such run.');
      if (run.version !== decision.version) {
        throw new ConflictError(await whoDecided(tx, run));
      }
      return work(tx, run);
    });
    nudges.send('runs', 'breakers', 'effects', 'changes', 'timeline');
  };

  return {
    releaseRun: decision =>
      decide(decision, async (tx, run) => {
        const effect = await effectOfStep(tx, run);
        if (effect) await refuseReverted(tx, effect);
        const newer = effect && (await newerValue(tx, effect));
        if (newer && !decision.confirmOlder) {
          throw new NewerValueError(await readNewerValue(tx, effect, newer));
        }
        await moveRun(
          tx,
          run,
          { input: 'release' },
          {
            attempt: 0,
            stepStartedAt: undefined,
            reason: undefined,
            steps: releasedSteps(run, presentTime()),
          },
        );
        if (effect) {
          await tx('effects')
            .where({ effect_id: effect.effectId, state: 'left' })
            .update({
              state: 'pending',
              outcome: null,
              confirmed: decision.confirmOlder || isConfirmed(effect),
              // Only of what the person saw: one that is newer still asks again.
              ...(newer && { as_of: Math.max(effect.asOf, newer.asOf) }),
              flush_by: presentTime(),
            });
        }
        await appendTimeline(tx, [line(run, 'released', decision)]);
        return [record(run, 'released', decision)];
      }),

    discardRun: decision =>
      decide(decision, async (tx, run) => {
        const effect = await effectOfStep(tx, run);
        await moveRun(
          tx,
          run,
          { input: 'discard' },
          {
            reason: {
              code: 'discarded',
              message: `Discarded by ${decision.by}${decision.comment ? `: ${decision.comment}` : '.'}`,
            },
          },
        );
        await withdraw(tx, effect, 'discarded', 'Discarded.');
        return [record(run, 'discarded', decision)];
      }),

    cancelRun: decision =>
      decide(decision, async (tx, run) => {
        const reason = {
          code: 'cancelled',
          message: `Cancelled by ${decision.by}.`,
        };
        const outcome = await cancelRun(tx, run, { ...decision, reason });
        return [record(run, outcome, decision)];
      }),

    commentRun: async ({ id, by, text }) => {
      await commits.run(async tx => {
        const run = await readRun(tx, id);
        if (!run) throw new NotFoundError('There is no such run.');
        await appendTimeline(tx, [
          {
            kind: 'comment',
            eventUid: run.eventUid,
            runId: run.id,
            data: { by, text },
            at: presentTime(),
          },
        ]);
        return [{ what: 'comment', run: run.id, by }];
      });
      nudges.send('timeline');
    },
  };
}

/** What a person took back comes not again before somebody says why it had to. */
async function refuseReverted(tx: Knex, effect: Effect): Promise<void> {
  const { held } = await sortReverted(tx, [effect]);
  const [leaver] = held;
  if (leaver && 'reason' in leaver.outcome) {
    throw new ConflictError(leaver.outcome.reason.message);
  }
}

/** Who releases it answers what was asked: whether it shall go over what Git has. */
function isConfirmed({ outcome }: Effect): boolean {
  return outcome?.outcome === 'held' && outcome.reason.code === NEWER_IN_GIT;
}

/** An older value never overwrites a newer one unseen. */
async function newerValue(
  tx: Knex,
  effect: Effect,
): Promise<ValueAge | undefined> {
  const { changeKey } = effect;
  const values = (await newestAsked(tx, [changeKey])).get(changeKey) ?? [];
  return newerThan(effect, values);
}

function line(
  run: Run,
  kind: TimelineRow['kind'],
  { by, comment }: RunDecision,
): TimelineRow {
  return {
    kind,
    eventUid: run.eventUid,
    runId: run.id,
    data: { by, comment },
    at: presentTime(),
  };
}

function record(
  run: Run,
  outcome: string,
  { by, comment }: RunDecision,
): ChainRecord {
  return {
    what: 'person',
    run: run.id,
    outcome,
    by,
    ...(comment && { comment }),
  };
}
