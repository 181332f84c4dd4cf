import { createHash } from 'node:crypto';
import type { EventBatch } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { SensorEvaluation, Sandbox } from '../sandbox';
import type { ActiveSet } from '../store/activeSet';
import { appendChain, type ChainHead, type ChainRecord } from '../store/chain';
import { insertDecisions, type NewDecision } from '../store/insertDecisions';
import { insertRuns, type FirstClaim } from '../store/insertRuns';
import {
  advancePosition,
  chainStream,
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
import type { Claim, RunStarter } from './runLoop';

export interface DecideContext {
  knex: Knex;
  sandbox: Pick<Sandbox, 'evaluate'>;
  sensors: ActiveSensors;
  config: RunConfig;
  nudges: Nudges;
  /** Begins the runs made here at once; without it, the run loop finds them. */
  starter?: RunStarter;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
}

/** Somebody else moved the partition on: read its position again. */
export class PositionMoved extends Error {}

/** The active set is another one than the events were held against. */
class OtherSensors extends Error {}

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
  const { knex, nudges, starter } = context;
  for (;;) {
    const asked = await ask(context, batch);
    try {
      const written = await knex.transaction(tx =>
        write(tx, context, { partition, from, batch, ...asked }),
      );
      crashPoint('decide');
      starter?.begin(written.claim, batch.events);
      if (written.waiting) nudges.send('runs');
      nudges.send('timeline');
      return written.position;
    } catch (error) {
      if (!(error instanceof OtherSensors)) throw error;
      await context.sensors.refresh();
    }
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

/** Runs wait for the run loop. */
const nobody = {
  replica: '',
  claimMs: 0,
  free: 0,
  running: new Map<string, number>(),
  deadline: 0,
};

async function write(
  tx: Knex,
  { config, starter }: DecideContext,
  what: Asked & {
    partition: string;
    from: PartitionPosition;
    batch: EventBatch;
  },
): Promise<{
  position: PartitionPosition;
  claim: Claim;
  /** Whether it made runs that the run loop has to find. */
  waiting: boolean;
}> {
  const { partition, from, batch, active, evaluations, owners } = what;
  const { events, next } = batch;
  // First of all, so that a second replica waits here and then finds it moved.
  const clock = events.reduce(
    (latest, { acceptedAt }) => Math.max(latest, acceptedAt),
    from.clock,
  );
  const to = { position: next, clock };
  const advanced = await advancePosition(tx, partition, from.version, to);
  if (!advanced) throw new PositionMoved();
  const { generation, now, timersDue, chainHead: head } = advanced;
  if (generation !== active.generation) throw new OtherSensors();

  const due = { partition, until: clock, limit: TIMERS_AT_ONCE };
  const rung = timersDue ? await readDueTimers(tx, due) : [];
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
  const { deadline, ...claim } = starter?.offer() ?? nobody;
  const runs = await writeDecided(tx, { partition, decided, now, claim, head });
  const begun = runs.filter(run => run.state === 'running');
  return {
    position: { version: from.version + 1, ...to },
    claim: { runs: begun, deadline },
    waiting: begun.length < runs.length,
  };
}

async function writeDecided(
  tx: Knex,
  what: {
    partition: string;
    decided: Decided;
    now: number;
    claim: FirstClaim;
    head: ChainHead;
  },
): Promise<Run[]> {
  const { partition, decided, now, claim, head } = what;
  await writeState(tx, decided.stateWrites);
  await setTimers(tx, decided.timers);
  await insertDecisions(tx, decided.decisions, now);
  const runs = await insertRuns(tx, decided.runs, claim);
  await appendChain(
    tx,
    chainStream(partition),
    decided.decisions.map(recordOf),
    now,
    { head },
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
