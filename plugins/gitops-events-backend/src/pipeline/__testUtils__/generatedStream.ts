import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  dependenciesOf,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { EmbeddedBus } from '../../bus/embeddedBus';
import { Nudges } from '../../nudges';
import type { Database } from '../../store/database';
import { runOf, type Run } from '../../store/runRow';
import { testSensor } from '../testSensor';
import { ingresses } from './decideReplica';
import {
  endOf,
  model,
  sensorOfStream,
  streams,
  type Arrival,
  type Stream,
} from './languageModel';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** An event of the stream; events of one place are in one partition. */
export interface PlacedArrival extends Arrival {
  event: IncomingEvent;
  place: string;
}

type Rules = Pick<Stream, 'spec' | 'condition'>;

/** Several sensors as the language has them, and events that all of them hear. */
export const generated = fc.record({
  // When a batch is decided nobody knows, so no age goes by that.
  rules: fc.array(
    streams.map(({ spec, condition }): Rules => ({
      spec: { ...spec, maxAge: undefined },
      condition,
    })),
    { minLength: 20, maxLength: 20 },
  ),
  arrivals: fc
    .array(
      fc.record({
        dependency: fc.constantFrom('a', 'b', 'c'),
        key: fc.constantFrom('x', 'y', 'z'),
        same: fc.integer({ min: 0, max: 20 }).map(String),
        place: fc.integer({ min: 0, max: 9 }).map(n => `place ${n}`),
        scanner: fc.boolean(),
        gap: fc.integer({ min: 0, max: 2 }),
        odd: fc.oneof(
          { weight: 30, arbitrary: fc.constant(undefined) },
          fc.constantFrom(
            'notMatched' as const,
            'broken' as const,
            'loop' as const,
          ),
        ),
      }),
      { minLength: 1_200, maxLength: 1_200 },
    )
    .map(list => {
      let at = 0;
      return list.map(({ gap, scanner, ...one }, n): PlacedArrival => {
        at += gap;
        const { dependency, key, same, place, odd } = one;
        const data = { key, same, ...(odd !== 'broken' && { fits: true }) };
        const event = incomingEvent({
          id: `generated ${n}`,
          ingress: scanner ? 'scanner' : 'registry',
          type: odd === 'notMatched' ? 'test.other' : `test.${dependency}`,
          subject: `${place} ${scanner}`,
          partitionKey: `${place} ${scanner}`,
          depth: odd === 'loop' ? 8 : 0,
          data: Buffer.from(JSON.stringify(data)),
        });
        return { ...one, uid: event.uid, at, decidedAt: at, event };
      });
    }),
});

/**
 * With a window, events of all partitions come together under a key. Without
 * one nobody tells afterwards in which order partitions were decided, so a key
 * is of one partition.
 */
export function sensorsOf(rules: Rules[]): Sensor[] {
  return rules.map((rule, n) => {
    const { window, rateLimit, dedupe, schedule, ...spec } =
      sensorOfStream(rule).spec;
    const placed = (key: string) => (window ? key : `event.subject + ${key}`);
    return testSensor(`sensor-${n}`, {
      ...spec,
      dependencies: ['a', 'b', 'c'].map(name => ({
        name,
        type: `test.${name}`,
        filter: 'event.data.fits',
      })),
      window: window && { ...window, key: 'event.data.key' },
      // Without a window only its run tells why an event fired, and a run that
      // is delayed waits for hours that are active by the clock of the day.
      schedule: window || !rateLimit ? schedule : undefined,
      dedupe: dedupe && { ...dedupe, key: placed('event.data.same') },
      rateLimit: rateLimit && {
        ...rateLimit,
        ...(!window && { key: placed('event.data.key') }),
      },
    });
  });
}

/** Stores the events as though they had been accepted, a minute of the day before yesterday each. */
export async function storeStream(
  database: Database,
  arrivals: PlacedArrival[],
): Promise<EmbeddedBus> {
  const { knex } = database;
  const bus = new EmbeddedBus({ database, ingresses, nudges: new Nudges() });
  await bus.publish(arrivals.map(({ event }) => event));
  const midnight = midnightBefore(Date.now() - DAY);
  for (const { uid, at } of arrivals) {
    const acceptedAt = midnight + at * MINUTE;
    await knex('events').where({ uid }).update({ accepted_at: acceptedAt });
  }
  return bus;
}

function midnightBefore(moment: number): number {
  return Math.floor(moment / DAY) * DAY;
}

type Fates = Record<string, string>;

/** What the model says of each event, in the order in which they were decided. */
export async function fatesByModel(
  knex: Knex,
  sensor: Sensor,
  { condition }: Rules,
  arrivals: PlacedArrival[],
): Promise<Fates> {
  const { name } = sensor.metadata;
  const decided: string[] = await knex('decisions')
    .where({ sensor: name })
    .orderBy('seq')
    .pluck('event_uid');
  const order = new Map(decided.map((uid, n) => [uid, n]));
  const asked = new Set(dependenciesOf(sensor).map(one => one.name));
  const heard = arrivals
    .filter(one => one.odd !== 'notMatched' && asked.has(one.dependency))
    .map(one => ({
      ...one,
      ...(!sensor.spec.window && {
        key: `${one.event.subject} ${one.key}`,
        same: `${one.event.subject} ${one.same}`,
      }),
    }));
  // Rows are written under the locks of their keys, so they tell the order.
  if (sensor.spec.window) {
    heard.sort((one, other) => order.get(one.uid)! - order.get(other.uid)!);
  }
  return model(sensor.spec, condition, heard, endOf(heard));
}

/** What the database says of each event. */
export async function fatesByDatabase(
  knex: Knex,
  sensor: string,
): Promise<Fates> {
  const fates: Fates = {};
  const runs: Run[] = (await knex('runs').where({ sensor })).map(runOf);
  const decisions = (await knex('decisions').where({ sensor })).map(row => ({
    ...row,
    reason: JSON.parse(row.reason) as Reason,
  }));
  const reasons = new Map(decisions.map(one => [one.run_id, one.reason]));
  for (const run of runs) {
    for (const { uid } of run.scope.events) {
      fates[uid] =
        uid in fates
          ? `${fates[uid]}, and again`
          : fateOf(run, reasons.get(run.id) ?? run.reason);
    }
  }
  for (const { event_uid: uid, outcome, run_id: runId, reason } of decisions) {
    if (outcome === 'waiting') fates[uid] = 'waits';
    else if (!runId) fates[uid] = reason.code;
  }
  return fates;
}

function fateOf({ scope, state }: Run, reason: Reason | undefined): string {
  const all = scope.events.map(({ uid }) => uid).join('+');
  if (state === 'held') return `${all} held`;
  const until = reason?.detail?.until as number | undefined;
  if (reason?.code !== 'rateLimited' || until === undefined) {
    return `${all} at once`;
  }
  return `${all} at ${(until - midnightBefore(until)) / MINUTE}`;
}
