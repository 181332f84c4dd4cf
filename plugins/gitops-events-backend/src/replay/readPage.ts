import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type {
  Evaluation,
  SensorTimer,
  SimulatedMemory,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { maxTimers, readDueTimers, readMemory } from './memory';
import type { Recorded } from './readRecorded';
import { ruleOf, type Replay, type ReplayPosition } from './replay';
import type { ReplaySandbox } from './ReplaySandbox';
import { selectEvents } from './selectEvents';

/** All that deciding the next events of a replay asks for. */
export interface Page {
  events: Array<{ event: StoredEvent; evaluation: Evaluation }>;
  recorded: ReadonlyMap<string, Recorded>;
  memory: SimulatedMemory;
  /** Those that the memory began with. */
  timers: SensorTimer[];
  /** Accepted time that passes in this page. */
  until: number;
  /** Where the next page begins. */
  position: ReplayPosition | undefined;
  /** Events looked at, selected or not. */
  passed: number;
}

/** A person asked for what cannot be done. */
export class FilterOverran extends Error {}

/** @throws FilterOverran when the filter of the selection takes too long */
export async function readPage(
  knex: Knex,
  sandbox: ReplaySandbox,
  replay: Replay,
  limit: number,
): Promise<Page> {
  const selected = await selectEvents(knex, replay, limit);
  const until = selected.end
    ? replay.endsAt
    : selected.looked[selected.looked.length - 1].acceptedAt;
  const timers = await readDueTimers(knex, { ...replay, until });
  // Where more is due than fits, the page ends there: before a timer that is not here, nothing may be decided.
  const horizon = timers.length < maxTimers ? Infinity : timers.at(-1)!.dueAt;
  const before = ({ acceptedAt }: ReplayPosition) => acceptedAt < horizon;
  const looked = selected.looked.filter(before);
  const last = looked.at(-1) ?? replay.position;
  const end = selected.end && horizon === Infinity;

  const events = await filtered(
    sandbox,
    replay,
    selected.events
      .filter(({ position }) => before(position))
      .map(({ event }) => event),
  );
  const evaluations = await sandbox.evaluate(replay.id, ruleOf(replay), events);
  return {
    events: events.map((event, at) => ({ event, evaluation: evaluations[at] })),
    recorded: selected.recorded,
    memory: await readMemory(knex, {
      id: replay.id,
      sensor: replay.definition,
      evaluations,
      timers,
    }),
    timers,
    until: Math.min(until, horizon),
    position: end
      ? { ...(last ?? { acceptedAt: replay.endsAt, seq: 0 }), end }
      : last,
    passed: looked.length,
  };
}

async function filtered(
  sandbox: ReplaySandbox,
  { events: { filter } }: Replay,
  events: StoredEvent[],
): Promise<StoredEvent[]> {
  if (filter === undefined) return events;
  const selected = await sandbox.select(filter, events);
  if (!selected) throw new FilterOverran();
  return events.filter(({ uid }) => selected.has(uid));
}
