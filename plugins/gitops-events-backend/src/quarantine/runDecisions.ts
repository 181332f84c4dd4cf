import { ConflictError, NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { giveProbeBack } from '../breaker/settleBreakers';
import type { RunInput } from '../pipeline/transitions';
import { transition } from '../pipeline/transitions';
import type { Nudges } from '../nudges';
import type { ChainRecord } from '../store/chain';
import { saveChange } from '../store/saveChange';
import { readChange } from '../store/readChange';
import type { CommitQueue } from '../store/commitQueue';
import { completeRuns } from '../store/completeRuns';
import { effectOf, type Effect } from '../store/effectRow';
import { newestValues } from '../store/newestValues';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { appendTimeline, type TimelineRow } from '../timeline/append';
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
        await confirmNewer(tx, effect, decision.confirmOlder);
        await move(
          tx,
          run,
          { input: 'release' },
          { attempt: 0, stepStartedAt: undefined, reason: undefined },
        );
        if (effect) {
          await tx('effects')
            .where({ effect_id: effect.effectId, state: 'left' })
            .update({
              state: 'pending',
              outcome: null,
              confirmed: decision.confirmOlder ?? false,
              flush_by: Date.now(),
            });
        }
        await appendTimeline(tx, [line(run, 'released', decision)]);
        return [record(run, 'released', decision)];
      }),

    discardRun: decision =>
      decide(decision, async (tx, run) => {
        const effect = await effectOfStep(tx, run);
        await move(
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
        const effect = await effectOfStep(tx, run);
        if (effect?.state === 'member') {
          await askToCancel(tx, effect, decision);
          return [record(run, 'cancelAsked', decision)];
        }
        await move(
          tx,
          run,
          { input: 'cancel' },
          {
            reason: {
              code: 'cancelled',
              message: `Cancelled by ${decision.by}.`,
            },
          },
        );
        await withdraw(tx, effect, 'cancelled', 'Cancelled.');
        return [record(run, 'cancelled', decision)];
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
            at: Date.now(),
          },
        ]);
        return [{ what: 'comment', run: run.id, by }];
      });
      nudges.send('timeline');
    },
  };
}

async function move(
  tx: Knex.Transaction,
  run: Run,
  input: RunInput,
  rest: Partial<Run>,
): Promise<void> {
  const next = transition(run.state, input);
  if ('refused' in next) throw new ConflictError(next.refused);
  const now = Date.now();
  const written = await completeRuns(tx, [
    {
      run: {
        ...run,
        ...rest,
        state: next.state,
        end: next.end,
        topic: undefined,
        dueAt: now,
        endedAt: next.state === 'ended' ? now : undefined,
      },
      leavesLane: next.leavesLane,
    },
  ]);
  if (written.size === 0) {
    throw new ConflictError('This run moved on meanwhile. Look at it again.');
  }
  await giveProbeBack(tx, run);
  if (input.input === 'release') {
    // The person's decision is what the gates would have asked for.
    await tx('runs').where({ id: run.id }).update({ gated: false });
  }
}

async function effectOfStep(tx: Knex, run: Run): Promise<Effect | undefined> {
  const row = await tx('effects')
    .where({ run_id: run.id, step_id: run.steps[run.step].id })
    .first();
  return row && effectOf(row);
}

/** What was not sealed yet never will be. */
async function withdraw(
  tx: Knex,
  effect: Effect | undefined,
  outcome: 'discarded' | 'cancelled',
  message: string,
): Promise<void> {
  if (!effect) return;
  await tx('effects')
    .where({ effect_id: effect.effectId, state: 'pending' })
    .update({
      state: 'left',
      outcome: JSON.stringify({ outcome, reason: { code: outcome, message } }),
    });
}

/** An older value never overwrites a newer one unseen. */
async function confirmNewer(
  tx: Knex,
  effect: Effect | undefined,
  confirmed: boolean | undefined,
): Promise<void> {
  if (!effect || confirmed) return;
  const newest = await newestValues(tx, [effect.changeKey]);
  const newestRun = newest.get(effect.changeKey) ?? 0;
  if (newestRun > effect.runSeq) {
    throw new NewerValueError(await readNewerValue(tx, effect, newestRun));
  }
}

/** A run that joined a change is cancelled by closing the pull request, where it is alone in it. */
async function askToCancel(
  tx: Knex,
  effect: Effect,
  decision: RunDecision,
): Promise<void> {
  const change = await readChange(tx, effect.changeId!);
  if (!change || change.state === 'ended') {
    throw new ConflictError('It is too late to cancel: its change has ended.');
  }
  const [{ count }] = await tx('effects')
    .where({ change_id: change.id, state: 'member' })
    .count({ count: '*' });
  if (Number(count) > 1) {
    throw new ConflictError(
      'Its change carries other runs as well and merges in a moment. Ask for the opposite change instead.',
    );
  }
  const saved = await saveChange(tx, {
    ...change,
    asked: { what: 'cancel', by: decision.by, comment: decision.comment },
    dueAt: Date.now(),
  });
  if (!saved)
    throw new ConflictError('Its change moved meanwhile. Look again.');
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
    at: Date.now(),
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
