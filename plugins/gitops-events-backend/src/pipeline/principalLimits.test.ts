import { startPlugin } from '../__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { IngressLimits } from './ingressLimits';

jest.setTimeout(60_000);

const databases = testDatabases();

describe('what each principal of an ingress may bring', () => {
  const undecided = async () => 0;

  it('a minute takes nothing from those beside it once it is over', async () => {
    let now = 0;
    const limits = new IngressLimits({
      ingresses: [
        {
          name: 'shared',
          eventsPerMinute: 100,
          perPrincipal: { eventsPerMinute: 60 },
        },
      ],
      ...{ undecided, undecidedBy: async () => new Map(), now: () => now },
    });
    await limits.take('shared', 60, 'external:flood');
    for (let n = 0; n < 1_000; n += 1) {
      await expect(limits.take('shared', 1, 'external:flood')).rejects.toThrow(
        'external:flood brought more than 60 events a minute through the ingress shared (gitopsEvents.ingresses.shared.perPrincipal.eventsPerMinute).',
      );
    }
    await limits.take('shared', 40, 'external:calm');
    // What all bring together is bounded still.
    await expect(limits.take('shared', 1, 'external:calm')).rejects.toThrow(
      'The ingress shared brought more than 100 events a minute (gitopsEvents.ingresses.shared.eventsPerMinute).',
    );
    now += 2_000;
    await limits.take('shared', 1, 'external:calm');
    await limits.take('shared', 1, 'external:flood');
  });

  it('counts with what waits for it, in one count for all', async () => {
    let counted = 0;
    const limits = new IngressLimits({
      ingresses: [
        {
          name: 'shared',
          maxUndecided: 10,
          perPrincipal: { maxUndecided: 5 },
        },
      ],
      undecided,
      undecidedBy: async () => {
        counted += 1;
        return new Map([
          ['external:flood', 4],
          ['external:other', 3],
        ]);
      },
      now: () => 0,
    });
    await limits.take('shared', 1, 'external:flood');
    await expect(limits.take('shared', 1, 'external:flood')).rejects.toThrow(
      '5 events of external:flood wait to be decided in the ingress shared already (gitopsEvents.ingresses.shared.perPrincipal.maxUndecided).',
    );
    await limits.take('shared', 2, 'external:calm');
    await expect(limits.take('shared', 1, 'external:calm')).rejects.toThrow(
      '10 events of the ingress shared wait to be decided already (gitopsEvents.ingresses.shared.maxUndecided).',
    );
    expect(counted).toBe(1);
  });
});

describe.each(databaseKinds)('one principal that floods, on %s', kind => {
  it.each([
    ['eventsPerMinute', 429, /brought more than 20 events a minute/],
    ['maxUndecided', 503, /^20 events of external:registry wait/],
  ])(
    'by %s turns nobody else of its ingress away',
    async (key, status, detail) => {
      const plugin = await startPlugin({
        knex: await databases.empty(kind),
        sensors: {},
        files: { 'apps/a.yaml': 'a: 1\n' },
        gitopsEvents: {
          ingresses: {
            shared: {
              principals: ['external:registry', 'user:default/*'],
              sources: ['/people'],
              types: ['*'],
              partitions: 2,
              maxUndecided: 100,
              perPrincipal: { [key]: 20 },
            },
          },
          // Read from nowhere: nothing is ever decided.
          sensors: { locations: [{ folder: '/nowhere' }] },
        },
      });
      const flood = (id: string) =>
        plugin.send(
          'application/cloudevents+json',
          JSON.stringify({
            ...{ specversion: '1.0', id, source: '/people' },
            ...{ type: 'io.example.flood', subject: id },
          }),
        );
      const answers = [];
      for (let n = 0; n < 60; n += 1) {
        answers.push(await flood(`${n}`));
        if (n % 4 === 0)
          await plugin.sendAs('platform', `io.example.n${n}`, {});
      }
      const refused = answers.filter(answer => answer.status === status);
      expect(refused.length).toBeGreaterThan(10);
      expect(refused[0]).toMatchObject({
        body: { detail: expect.stringMatching(detail) },
        headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      });
      await plugin.stop();
    },
  );
});
