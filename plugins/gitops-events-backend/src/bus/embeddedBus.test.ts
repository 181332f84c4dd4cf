import {
  eventBusContract,
  incomingEvent,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { Nudges } from '../nudges';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { EmbeddedBus } from './embeddedBus';

const databases = testDatabases();

describe.each(databaseKinds)('the embedded bus on %s', kind => {
  eventBusContract({
    create: async () =>
      new EmbeddedBus({
        database: await databases.open(kind),
        ingresses: [{ name: 'registry', partitions: 1 }],
        nudges: new Nudges(),
      }),
  });

  it('takes the events of one ingress while the queue of another is full', async () => {
    const bus = new EmbeddedBus({
      database: await databases.open(kind),
      ingresses: ['storm', 'quiet'].map(name => ({ name, partitions: 1 })),
      nudges: new Nudges(),
      maxWaitingEvents: 1,
    });
    const publish = (ingress: string) =>
      bus.publish([incomingEvent({ ingress })]);
    await publish('quiet');
    const [first, tooMany, quiet] = await Promise.allSettled([
      publish('storm'),
      publish('storm'),
      publish('quiet'),
    ]);
    expect(first).toMatchObject({ value: [{ result: 'accepted' }] });
    expect(tooMany).toMatchObject({
      reason: { name: 'ServiceUnavailableError' },
    });
    expect(quiet).toMatchObject({ value: [{ result: 'accepted' }] });
  });

  it('counts what waits by who brought it, over all partitions of an ingress', async () => {
    const bus = new EmbeddedBus({
      database: await databases.open(kind),
      ingresses: [
        { name: 'one', partitions: 3 },
        { name: 'two', partitions: 1 },
      ],
      nudges: new Nudges(),
    });
    const publish = (principal: string, count: number, ingress = 'one') =>
      bus.publish(
        Array.from({ length: count }, (_, at) =>
          incomingEvent({ principal, ingress, subject: `${at}` }),
        ),
      );
    await publish('a', 20);
    await publish('b', 5);
    await publish('b', 7, 'two');
    expect(await bus.undecidedBy('one', 100)).toEqual(
      new Map([
        ['a', 20],
        ['b', 5],
      ]),
    );
    const few = [...(await bus.undecidedBy('one', 9)).values()];
    expect(few.reduce((total, count) => total + count)).toBe(9);
  });

  it('answers a request of several ingresses in its order', async () => {
    const database = await databases.open(kind);
    const bus = new EmbeddedBus({
      database,
      ingresses: ['one', 'two'].map(name => ({ name, partitions: 1 })),
      nudges: new Nudges(),
    });
    const known = incomingEvent({ ingress: 'one' });
    await bus.publish([known]);
    const outcomes = await bus.publish([
      incomingEvent({ ingress: 'two' }),
      known,
      incomingEvent({ ingress: 'two', subject: 'nul \0' }),
      incomingEvent({ ingress: 'one' }),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual([
      'accepted',
      'duplicate',
      'refused',
      'accepted',
    ]);
    expect(await database.knex('events').pluck('uid')).toHaveLength(3);
  });
});
