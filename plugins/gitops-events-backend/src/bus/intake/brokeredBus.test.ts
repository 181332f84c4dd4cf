import type {
  BusRoute,
  IncomingEvent,
} from '@gitops-events/plugin-gitops-events-node';
import {
  incomingEvent,
  MemoryBroker,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { startPlugin } from '../../__testUtils__/startPlugin';
import { silentLogger } from '../../__testUtils__/testLogger';
import { Nudges } from '../../nudges';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { EmbeddedBus } from '../embeddedBus';
import { BrokeredBus } from './brokeredBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

async function open(broker: MemoryBroker, relaxed = false) {
  const database = await databases.open('sqlite');
  const { knex } = database;
  const ingresses = [{ name: 'registry', partitions: 1 }];
  const log = new EmbeddedBus({ database, ingresses, nudges: new Nudges() });
  const logger = silentLogger();
  return new BrokeredBus({ broker, log, knex, relaxed, logger });
}

describe('a broker before the log', () => {
  it('is refused where it keeps less than was promised, unless that is configured', async () => {
    const broker = () => new MemoryBroker({ durability: 'relaxed' });
    const bus = await open(broker());
    await expect(bus.start()).rejects.toThrow(
      'gitopsEvents.bus.durability: relaxed',
    );
    const allowed = await open(broker(), true);
    await allowed.start();
    expect(allowed.durability).toBe('relaxed');
  });

  it('acknowledges nothing before the broker was asked, nor when that turns out to keep too little', async () => {
    let answer = () => {};
    class Late extends MemoryBroker {
      start() {
        return new Promise<void>(done => {
          answer = done;
        });
      }
    }
    const late = new Late();
    late.durability = undefined;
    const bus = await open(late);
    await bus.start(10);
    await expect(bus.publish([incomingEvent()])).rejects.toThrow(
      'does not answer',
    );
    late.durability = 'relaxed';
    answer();
    await expect(bus.publish([incomingEvent()])).rejects.toThrow(
      'could lose what it acknowledged',
    );
  });

  it('lets nothing wait for a route that is stuck or keeps too little, though its sender is the same', async () => {
    let free = () => {};
    const stuck = new Promise<void>(done => {
      free = done;
    });
    class Routed extends MemoryBroker {
      route({ type }: { type: string }): BusRoute {
        return {
          name: type,
          durability: type === 'weak' ? 'relaxed' : 'replicated',
        };
      }
      async publish(events: IncomingEvent[]) {
        if (events.some(({ type }) => type === 'stuck')) await stuck;
        return super.publish(events);
      }
    }
    const bus = await open(new Routed());
    const waiting = bus.publish([incomingEvent({ type: 'stuck' })]);
    const other = incomingEvent({ type: 'other' });
    expect(await bus.publish([other])).toEqual([{ result: 'accepted' }]);
    await expect(
      bus.publish([incomingEvent({ type: 'weak' })]),
    ).rejects.toThrow('could lose what it acknowledged');
    free();
    expect(await waiting).toEqual([{ result: 'accepted' }]);
  });

  it('refuses one event without harm to its neighbours', async () => {
    const broker = new MemoryBroker();
    const bus = await open(broker);
    const outcomes = await bus.publish([
      incomingEvent(),
      incomingEvent({ subject: 'nul \0' }),
      incomingEvent({ id: 'half a pair \ud83d', ingress: 'other' }),
      incomingEvent({ ingress: 'other' }),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual([
      'accepted',
      'refused',
      'refused',
      'accepted',
    ]);
    expect((await broker.status(new Map()))[0].lag).toBe(2);
  });
});

it('refuses to start on a bus that nobody brings', async () => {
  const knex = await databases.empty('sqlite');
  const starting = startPlugin({
    ...{ knex, sensors: {}, files: {} },
    gitopsEvents: { bus: { kind: 'carrier-pigeon' } },
    bus: new MemoryBroker(),
  });
  await expect(starting).rejects.toThrow(
    'no module brings that bus. Add it to the backend, or use one of embedded, memory.',
  );
});

describe.each(databaseKinds)('the plugin behind a broker, on %s', kind => {
  const type = 'application/cloudevents+json';
  const event = (id: string) =>
    JSON.stringify({
      ...{ specversion: '1.0', id, source: '/registry' },
      ...{ type: 'io.example.pushed', data: { tag: '1.2.3' } },
    });
  const sensor = `
apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: nothing, title: Nothing, owner: group:default/platform }
spec:
  mode: propose
  dependencies: [{ name: pushed, ingress: registry, type: io.example.other }]
  steps: []
`;

  it('accepts while the broker answers, tells what is not read yet, and decides it', async () => {
    const knex = await databases.empty(kind);
    const broker = new MemoryBroker();
    const plugin = await startPlugin({
      ...{
        knex,
        bus: broker,
        files: { 'apps/shop/values.yaml': 'image: 1\n' },
      },
      sensors: { 'nothing.yaml': sensor },
      gitopsEvents: { bus: { kind: 'memory' } },
    });
    const uidOf = (answer: { body: any }) => answer.body.events[0].uid;
    const read = (uid: string) => plugin.find(`events/${uid}`);

    broker.deafen(true);
    const accepted = await plugin.send(type, event('one')).expect(202);
    expect(accepted.body).toMatchObject({ durability: 'replicated' });
    const early = await read(uidOf(accepted));
    expect(early.status).toBe(202);
    expect(early.body).toMatchObject({ title: 'Accepted, not yet read' });
    const waiting = await plugin.get('overview');
    expect(waiting.bus).toMatchObject({
      ...{ kind: 'memory', durability: 'replicated' },
      broker: { state: 'up' },
      intakes: [{ partition: 'memory:0', behind: 1, unreadable: 0 }],
    });

    broker.deafen(false);
    await waitForExpect(async () =>
      expect((await read(uidOf(accepted))).status).toBe(200),
    );
    await waitForExpect(async () => {
      const { bus } = await plugin.get('overview');
      expect(bus).toMatchObject({ lag: 0, intakes: [{ behind: 0 }] });
    });
    expect((await read('0'.repeat(32))).status).toBe(404);

    broker.down();
    const refused = await plugin.send(type, event('two')).expect(503);
    expect(refused.headers['retry-after']).toBe('1');
    const down = await plugin.get('overview');
    expect(down.bus.broker).toMatchObject({ state: 'down' });
    expect(down.bus.intakes[0]).not.toHaveProperty('behind');
    broker.up();
    await plugin.send(type, event('two')).expect(202);

    broker.recreate('memory:0');
    await waitForExpect(async () => {
      const { bus } = await plugin.get('overview');
      expect(bus.intakes[0].stopped).toBeDefined();
    });
    const [intake] = (await plugin.get('overview')).bus.intakes;
    const route = `intakes/${encodeURIComponent('memory:0')}/go-on`;
    const body = { version: intake.version, from: 'oldest', comment: 'Fine.' };
    const went = await plugin.post(route, 'platform', body).expect(200);
    expect(went.body).toMatchObject({ partition: 'memory:0' });
    expect(went.body).not.toHaveProperty('stopped');
    await plugin.send(type, event('three')).expect(202);
    await waitForExpect(async () =>
      expect(await knex('events').pluck('id')).toContain('three'),
    );
    await plugin.stop();
  });
});
