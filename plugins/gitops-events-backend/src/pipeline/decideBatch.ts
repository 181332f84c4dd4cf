import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { EventBatch } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { SensorEvaluation, Sandbox } from '../sandbox';
import type { ActiveSet } from '../store/activeSet';
import {
  advancePosition,
  chainStream,
  type PartitionPosition,
} from '../store/positions';
import { lockState } from '../store/sensorState';
import { writeAbout } from '../store/writeAbout';
import type { ActiveSensors } from './activeSensors';
import { crashPoint } from './crashPoint';
import { decideEvents, stateKeysOf } from './decideEvents';
import type { LiveKeys } from './liveKeys';
import type { RunConfig } from './newRun';
import type { Claim, RunStarter } from './runLoop';
import { linkEvents } from './linkEvents';
import { sharedLanes } from './sharedLanes';
import { nobody, writeDecided } from './writeDecided';

export interface DecideContext {
  knex: Knex;
  sandbox: Pick<Sandbox, 'evaluate'>;
  sensors: ActiveSensors;
  liveKeys: LiveKeys;
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
  const { knex, nudges, starter, liveKeys } = context;
  for (;;) {
    const asked = await ask(context, batch);
    await liveKeys.refresh(sensorsWithState(asked));
    let settle: ReturnType<LiveKeys['take']> = () => {};
    try {
      // eslint-disable-next-line no-restricted-syntax -- its first statement says it
      const written = await knex.transaction(tx => {
        const take = (growth: ReadonlyMap<string, number>) => {
          settle = liveKeys.take(growth);
        };
        return write(tx, context, { partition, from, batch, ...asked, take });
      });
      settle('committed');
      crashPoint('decide');
      starter?.begin(written.claim, asked.events);
      if (written.waiting) nudges.send('runs');
      nudges.send('timeline');
      return written.position;
    } catch (error) {
      settle('rolledBack');
      if (!(error instanceof OtherSensors)) throw error;
      await context.sensors.refresh();
    }
  }
}

interface Asked {
  /** Those of the batch, with the changes that they are about. */
  events: StoredEvent[];
  active: ActiveSet;
  evaluations: SensorEvaluation[][];
  owners: ReadonlyMap<string, string>;
}

/** All that takes long, outside the transaction. */
async function ask(
  { knex, config, sandbox, sensors, ownersOf }: DecideContext,
  batch: EventBatch,
): Promise<Asked> {
  const events = await linkEvents(knex, batch.events, config.ingresses);
  for (;;) {
    const active = await sensors.current();
    const answer = await sandbox.evaluate(events);
    const { generation, events: evaluations } = answer;
    if (generation === active.generation) {
      const unknown = evaluations.flatMap((said, index) =>
        said.flatMap(({ evaluation }) => {
          const matched = evaluation.result === 'matched';
          const entityRef = matched ? evaluation.scope?.entityRef : undefined;
          const known = entityRef === events[index].entityRef;
          return entityRef === undefined || known ? [] : entityRef;
        }),
      );
      const owners = unknown.length > 0 ? await ownersOf(unknown) : new Map();
      return { events, active, evaluations, owners };
    }
    // The sandbox got a newer set meanwhile.
    await sensors.refresh();
  }
}

async function write(
  tx: Knex,
  { config, starter, liveKeys }: DecideContext,
  what: Asked & {
    partition: string;
    from: PartitionPosition;
    batch: EventBatch;
    /** Hears by how many keys each sensor remembers more. */
    take(growth: ReadonlyMap<string, number>): void;
  },
): Promise<{
  position: PartitionPosition;
  claim: Claim;
  /** Whether it made runs that the run loop has to find. */
  waiting: boolean;
}> {
  const { partition, from, batch, events, active, evaluations, owners } = what;
  // First of all, so that a second replica waits here and then finds it moved.
  const clock = events.reduce(
    (latest, { acceptedAt }) => Math.max(latest, acceptedAt),
    from.clock,
  );
  const to = { position: batch.next, clock };
  const advanced = await advancePosition(tx, partition, from.version, to);
  if (!advanced) throw new PositionMoved();
  const { generation, now, chainHead: head } = advanced;
  if (generation !== active.generation) throw new OtherSensors();

  const state = await lockState(tx, stateKeysOf({ evaluations, active }));
  const decided = decideEvents({
    events,
    evaluations,
    active,
    state,
    now,
    config,
    owners,
    room: new Map(
      sensorsWithState(what).map(name => [name, liveKeys.roomOf(name)]),
    ),
  });
  what.take(decided.growth);
  await writeAbout(tx, events, now);
  const { deadline, ...claim } = starter?.offer() ?? nobody;
  const runs = await writeDecided(tx, {
    chain: { stream: chainStream(partition), head },
    decided,
    sharedLanes: sharedLanes(decided.runs, active),
    now,
    claim,
  });
  const begun = runs.filter(run => run.state === 'running');
  return {
    position: { version: from.version + 1, ...to },
    claim: { runs: begun, deadline },
    waiting: begun.length < runs.length,
  };
}

/** Names of those that may remember something of a batch. */
function sensorsWithState(asked: Pick<Asked, 'active' | 'evaluations'>) {
  return [...new Set(stateKeysOf(asked).map(({ sensor }) => sensor))];
}
