import type { Knex } from 'knex';
import { nobody } from '../pipeline/writeDecided';
import { revertIdOf } from '../pipeline/effectId';
import { insertEffects } from '../store/insertEffects';
import { insertRuns, type NewRun } from '../store/insertRuns';
import type { Run } from '../store/runRow';
import type { RevertedPart } from './readReverted';
import { revertInput, revertTitle } from './revertInput';
import { revertStepId, revertSteps } from './revertStep';
import type { RevertChoice } from './revertedEdit';

/** Of runs that no sensor fired: what counts decisions or replays leaves them out. */
const REVERT_GENERATION = -1;

/** What a person asks for, checked. */
export interface NewRevert {
  by: string;
  comment: string;
  /** What is taken back, in this order, with what was chosen of it. */
  parts: Array<{
    part: RevertedPart;
    choices: Record<string, RevertChoice>;
  }>;
}

/**
 * Writes the run that takes another one back, and its effects. The first is sealed
 * at the next turn of its base, each other one once the step before it is done. It
 * has no lane and asks no gate: nothing waits for it, and it waits for nothing but
 * its own changes.
 *
 * @param attempt - how many reverts of that run there were before
 */
export async function insertRevertRun(
  tx: Knex,
  run: Run,
  asked: NewRevert,
  attempt: number,
  now: number,
): Promise<Run> {
  const { by, comment, parts } = asked;
  const [made] = await insertRuns(
    tx,
    [runOf(run, asked, attempt, now)],
    nobody,
  );
  await insertEffects(
    tx,
    parts.map(({ part, choices }, at) => ({
      effectId: revertIdOf(part.effect.effectId, attempt),
      runSeq: made.seq,
      generation: 0,
      asOf: now,
      runId: made.id,
      stepId: revertStepId(run, part.effect.stepId),
      repository: part.effect.repository,
      base: part.effect.base,
      changeKey: part.effect.changeKey,
      state: at === 0 ? 'pending' : 'behind',
      input: revertInput(run, part, {
        ...{ by, comment, choices },
        place: { at: at + 1, of: parts.length },
      }),
      ...{ confirmed: true, urgent: true },
      flushBy: now,
      createdAt: now,
    })),
  );
  return made;
}

function runOf(
  run: Run,
  { by, comment, parts }: NewRevert,
  attempt: number,
  now: number,
): NewRun {
  const { events, params = {}, context } = run.scope;
  const [first, ...others] = revertSteps(
    run,
    parts.map(({ part }) => part.effect.stepId),
  );
  return {
    id: revertIdOf(run.id, attempt).slice(0, 32),
    eventUid: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    generation: REVERT_GENERATION,
    title: revertTitle(run),
    ownerRef: run.ownerRef,
    entityRef: run.entityRef,
    entityOwnerRef: run.entityOwnerRef,
    target: run.target,
    mode: run.mode,
    scope: {
      // Its dedupe mark, if any, is that of the run it takes back.
      events: events.map(({ uid, dependency }) => ({ uid, dependency })),
      params,
      context,
      revert: { run: run.id, title: run.title, by, comment },
    },
    state: 'queued',
    step: 0,
    attempt: 0,
    // Its effect is there already: it has begun, so no freeze keeps it from looking.
    steps: [{ ...first, state: 'waiting' }, ...others],
    dueAt: now,
    gated: false,
    priority: 1,
    createdAt: now,
  };
}
