import type { Knex } from 'knex';
import { readPendingChanges, readPendingHeld } from '../notify/readPending';
import { everything, ownedBy } from '../permissions/__testUtils__/accesses';
import { planProblems } from '../store/__testUtils__/queryPlans';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readChangeDiff, readChanges, readChangeView } from './readChanges';
import { readActivity } from './readActivity';
import { readDecisions } from './readDecisions';
import { readEvent, readEvents } from './readEvents';
import { readHeld, readHeldRun } from './readHeld';
import { readOverview } from './readOverview';
import { readRunView } from './readRuns';
import { readSensors } from './readSensors';
import { readTimeline } from './readTimeline';
import {
  idOf,
  seedDecision,
  seedEvent,
  seedLine,
  seedRun,
  seedSensor,
  start,
} from './__testUtils__/seed';
import { seedChange } from './__testUtils__/seedChange';

jest.setTimeout(60_000);

const databases = testDatabases();
const bus = {
  kind: 'embedded',
  durability: 'disk' as const,
  status: async () => [],
};
const entityRef = 'component:default/shop';
const mine = ownedBy('user:default/ana', 'group:default/shop');
const limit = 50;

describe.each(databaseKinds)('queries on %s', kind => {
  let knex: Knex;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    await seedSensor(knex, { name: 'promote-image' });
    for (let n = 0; n < 20; n += 1) {
      const eventUid = await seedEvent(knex, { id: `${n}`, entityRef });
      await seedDecision(knex, { eventUid, sensor: 'x', outcome: 'held' });
      const state = n % 2 ? 'held' : 'waiting';
      const owned = { entityRef, entityOwnerRef: 'group:default/shop' };
      const run = await seedRun(knex, {
        name: `${n}`,
        eventUid,
        state,
        ...owned,
      });
      await seedDecision(knex, {
        eventUid,
        sensor: 'joined',
        outcome: 'fired',
        runId: idOf(`run ${n}`),
      });
      const changeId = await seedChange(knex, {
        name: `${n}`,
        members: [run],
        ...owned,
      });
      await seedLine(knex, { kind: 'merged', changeId, data: {}, at: start });
    }
    await knex.raw('analyze');
  });

  const queries: Record<string, () => Promise<unknown>> = {
    events: () => readEvents({ knex, bus }, { limit }, everything),
    'events of one owner': () => readEvents({ knex, bus }, { limit }, mine),
    'events of an entity': () =>
      readEvents({ knex, bus }, { limit, entityRef }, everything),
    'one event': () => readEvent({ knex, bus }, idOf('event 1'), mine),
    timeline: () => readTimeline({ knex, bus }, { limit }, everything),
    'timeline of one owner': () => readTimeline({ knex, bus }, { limit }, mine),
    'timeline of an event': () =>
      readTimeline({ knex, bus }, { limit, event: idOf('event 1') }, mine),
    'timeline of an entity': () =>
      readTimeline({ knex, bus }, { limit, entityRef }, mine),
    'timeline of a change': () =>
      readTimeline({ knex, bus }, { limit, change: idOf('change 1') }, mine),
    'open events since yesterday': () =>
      readTimeline(
        { knex, bus },
        { limit, state: 'open', since: new Date(start - 1).toISOString() },
        mine,
      ),
    changes: () => readChanges(knex, { limit }, everything),
    'changes of one owner': () => readChanges(knex, { limit }, mine),
    'open changes': () =>
      readChanges(knex, { limit, state: 'open' }, everything),
    'changes of an entity': () =>
      readChanges(knex, { limit, entityRef }, everything),
    'one change': () => readChangeView(knex, idOf('change 1'), mine),
    'one diff': () => readChangeDiff(knex, idOf('change 1'), everything),
    'what is held': () => readHeld(knex, { limit }, everything),
    'one held run': () => readHeldRun(knex, idOf('run 1'), everything),
    'one run': () => readRunView(knex, idOf('run 1'), everything),
    sensors: () => readSensors(knex, { limit }, everything),
    decisions: () => readDecisions(knex, 'promote-image', { limit }),
    'decisions by outcome': () =>
      readDecisions(knex, 'promote-image', { limit, outcome: 'held' }),
    'decisions by reason': () =>
      readDecisions(knex, 'promote-image', {
        limit,
        outcome: 'notFired',
        code: 'filterFalse',
      }),
    'what a sensor said lately': () =>
      readActivity(knex, 'promote-image', { hours: 24, revision: 1 }),
    overview: () => readOverview({ knex, bus }, everything, start),
    'overview of one owner': () => readOverview({ knex, bus }, mine, start),
    'held and not told': () => readPendingHeld(knex, limit),
    'waiting and not told': () => readPendingChanges(knex, limit),
  };

  it.each(Object.keys(queries))('of %s use indexes', async name => {
    expect(await planProblems(knex, queries[name])).toEqual([]);
  });

  it('without one are told', async () => {
    const scan = () => knex('events').where('subject', 'x').orderBy('time');

    expect(await planProblems(knex, scan)).toHaveLength(1);
  });
});
