import { createHash } from 'node:crypto';
import type { EventBatch } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { SensorEvaluation, Sandbox } from '../sandbox';
import { readGeneration, type ActiveSet } from '../store/activeSet';
import { appendChain, type ChainRecord } from '../store/chain';
import { insertDecisions, type NewDecision } from '../store/insertDecisions';
import { insertRuns } from '../store/insertRuns';
import {
  advancePosition,
  readPosition,
  type PartitionPosition,
} from '../store/positions';
import type { Run } from '../store/runRow';
import { lockState, writeState } from '../store/sensorState';
import { readDueTimers, setTimers, takeTimers } from '../store/timers';
import type { ActiveSensors } from './activeSensors';
import { crashPoint } from './crashPoint';
import { decideEvents, type Decided } from './decideEvents';
import { stateKeysOf } from './decideMemory';
import type { RunConfig } from './newRun';

export interface DecideContext {
  knex: Knex;
  sandbox: Pick<Sandbox, 'evaluate'>;
  sensors: ActiveSensors;
  config: RunConfig;
  nudges: Nudges;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
}

/** Somebody else moved the partition on: read its position again. */
export class PositionMoved extends Error {}

const TIMERS_AT_ONCE = 1_000;
const MAX_KEY_BYTES = 1_000;

/**
 * Hop two: what the sensors say to a batch, in one transaction with the new
 * position. So each event is decided once, whoever else tries at the same time
 * and wherever the process ends.
 *
 * @param from - the position at which the batch was read
 * @throws PositionMoved when another replica decided it
 */
export async function decideBatch(
  context: DecideContext,
  partition: string,
  from: PartitionPosition,
  batch: EventBatch,
): Promise<PartitionPosition> {
  const { knex, nudges } = context;
  // Asked first, since evaluating costs more than asking.
  if ((await readPosition(knex, partition)).version !== from.version) {
    throw new PositionMoved();
  }
  for (;;) {
    const asked = await ask(context, batch);
    const written = await knex.transaction(tx =>
      write(tx, context, { partition, from, batch, ...asked }),
    );
    if (written !== 'other sensors') {
      crashPoint('decide');
      nudges.send('runs', 'timeline');
      return written.position;
    }
    await context.sensors.refresh();
  }
}

interface Asked {
  active: ActiveSet;
  evaluations: SensorEvaluation[][];
  owners: ReadonlyMap<string, string>;
}

/** All that takes long, outside the transaction. */
async function ask(
  { sandbox, sensors, ownersOf }: DecideContext,
  { events }: EventBatch,
): Promise<Asked> {
  for (;;) {
    const active = await sensors.current();
    const answer = await sandbox.evaluate(events);
    const { generation } = answer;
    const evaluations = answer.events.map(said => said.map(shortenKey));
    if (generation === active.generation) {
      const unknown = evaluations.flatMap((said, index) =>
        said.flatMap(({ evaluation }) =>
          evaluation.result === 'matched' &&
          evaluation.entityRef !== undefined &&
          evaluation.entityRef !== events[index].entityRef
            ? evaluation.entityRef
            : [],
        ),
      );
      const owners = unknown.length > 0 ? await ownersOf(unknown) : new Map();
      return { active, evaluations, owners };
    }
    // The sandbox got a newer set meanwhile.
    await sensors.refresh();
  }
}

/** An index takes no more than about 2,700 bytes, and the key is part of one. */
function shortenKey(said: SensorEvaluation): SensorEvaluation {
  const { evaluation } = said;
  if (evaluation.result !== 'matched') return said;
  const { dedupeKey = '' } = evaluation;
  if (Buffer.byteLength(dedupeKey) <= MAX_KEY_BYTES) return said;
  const digest = createHash('sha256').update(dedupeKey).digest('hex');
  return {
    ...said,
    evaluation: { ...evaluation, dedupeKey: `sha256:${digest}` },
  };
}

async function write(
  tx: Knex,
  { config }: DecideContext,
  what: Asked & {
    partition: string;
    from: PartitionPosition;
    batch: EventBatch;
  },
): Promise<{ position: PartitionPosition; runs: Run[] } | 'other sensors'> {
  const { partition, from, batch, active, evaluations, owners } = what;
  const { events, next } = batch;
  const { generation, now } = await readGeneration(tx);
  if (generation !== active.generation) return 'other sensors';

  // First of all, so that a second replica waits here and then finds it moved.
  const clock = events.reduce(
    (latest, { acceptedAt }) => Math.max(latest, acceptedAt),
    from.clock,
  );
  const to = { position: next, clock };
  if (!(await advancePosition(tx, partition, from.version, to))) {
    throw new PositionMoved();
  }

  const due = { partition, until: clock, limit: TIMERS_AT_ONCE };
  const rung = await readDueTimers(tx, due);
  const state = await lockState(tx, [...stateKeysOf(evaluations), ...rung]);
  const timers = await takeTimers(tx, rung, due);
  const decided = decideEvents({
    partition,
    events,
    evaluations,
    active,
    state,
    timers,
    clock: from.clock,
    now,
    config,
    owners,
  });
  const runs = await writeDecided(tx, partition, decided, now);
  return { position: { version: from.version + 1, ...to }, runs };
}

async function writeDecided(
  tx: Knex,
  partition: string,
  decided: Decided,
  now: number,
): Promise<Run[]> {
  await writeState(tx, decided.stateWrites);
  await setTimers(tx, decided.timers);
  await insertDecisions(tx, decided.decisions, now);
  const runs = await insertRuns(tx, decided.runs);
  await appendChain(
    tx,
    `decide:${partition}`,
    decided.decisions.map(recordOf),
    now,
  );
  return runs;
}

function recordOf(decision: NewDecision): ChainRecord {
  const { eventUid, sensor, revision, outcome, reason, runId } = decision;
  return {
    what: 'decision',
    event: eventUid,
    sensor,
    revision,
    outcome,
    reason: reason.code,
    ...(runId && { run: runId }),
  };
}
