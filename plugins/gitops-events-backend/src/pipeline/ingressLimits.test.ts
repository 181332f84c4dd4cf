import waitForExpect from 'wait-for-expect';
import { startPlugin } from '../__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { IngressLimits } from './ingressLimits';

jest.setTimeout(60_000);

const databases = testDatabases();

const undecidedBy = async () => {
  throw new Error('Nobody asks whose they are.');
};

describe('what an ingress may bring', () => {
  it('is counted anew now and then, and by what came since', async () => {
    let now = 0;
    let undecided = 3;
    const asked: number[] = [];
    const limits = new IngressLimits({
      ingresses: [{ name: 'storm', maxUndecided: 5 }, { name: 'quiet' }],
      undecided: async (_, atMost) => {
        asked.push(atMost);
        return Math.min(undecided, atMost);
      },
      undecidedBy,
      now: () => now,
    });
    await limits.take('storm', 1, 'external:a');
    await limits.take('storm', 1, 'external:a');
    await expect(limits.take('storm', 1, 'external:a')).rejects.toThrow(
      '5 events of the ingress storm wait to be decided already (gitopsEvents.ingresses.storm.maxUndecided).',
    );
    await limits.take('quiet', 1_000, 'external:a');
    expect(asked).toEqual([5]);
    now += 2_001;
    undecided = 4;
    await limits.take('storm', 2, 'external:a');
    expect(asked).toEqual([5, 5]);
  });

  const deep = (undecided: () => Promise<number>, now?: () => number) =>
    new IngressLimits({
      ingresses: [{ name: 'deep', maxUndecided: 5 }],
      ...{ undecided, undecidedBy, now },
    });

  it('is counted once for all who ask meanwhile, and less often where that takes long', async () => {
    let now = 0;
    let asked = 0;
    const limits = deep(
      async () => {
        asked += 1;
        now += 1_000;
        return 0;
      },
      () => now,
    );
    await Promise.all(
      [1, 1, 1].map(count => limits.take('deep', count, 'external:a')),
    );
    now += 19_000;
    await limits.take('deep', 1, 'external:a');
    expect(asked).toBe(1);
    now += 2_000;
    await limits.take('deep', 1, 'external:a');
    expect(asked).toBe(2);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('The database is gone.'))],
    ['does not answer', () => new Promise<number>(() => {})],
  ])('turns nobody away where counting %s', async (_, undecided) => {
    const limits = deep(undecided);
    await limits.take('deep', 1, 'external:a');
    await limits.take('deep', 1, 'external:a');
  });
});

describe.each(databaseKinds)('a storm through one ingress, on %s', kind => {
  it('is told which limit it meets and when to come again, and turns nobody else away', async () => {
    const ingress = (name: string, more: object = {}) => ({
      principals: ['external:registry'],
      sources: [`/${name}`],
      types: ['*'],
      ...more,
    });
    const plugin = await startPlugin({
      knex: await databases.empty(kind),
      sensors: {},
      files: { 'apps/a.yaml': 'a: 1\n' },
      gitopsEvents: {
        ingresses: {
          fast: ingress('fast', { eventsPerMinute: 20 }),
          deep: ingress('deep', { maxUndecided: 30 }),
          quiet: ingress('quiet'),
        },
        // Read from nowhere: nothing is ever decided.
        sensors: { locations: [{ folder: '/nowhere' }] },
      },
    });
    let sent = 0;
    const send = async (source: string) => {
      sent += 1;
      const { status, body, headers } = await plugin.send(
        'application/cloudevents+json',
        JSON.stringify({
          specversion: '1.0',
          id: `${sent}`,
          source: `/${source}`,
          type: 'io.example.pushed',
        }),
      );
      return { status, detail: body.detail, retry: headers['retry-after'] };
    };
    const count = (all: Array<{ status: number }>, of: number) =>
      all.filter(({ status }) => status === of).length;
    const fast = [];
    const deep = [];
    const quiet = [];
    for (let n = 0; n < 40; n += 1) {
      fast.push(await send('fast'));
      deep.push(await send('deep'));
      quiet.push(await send('quiet'));
    }
    expect(count(quiet, 202)).toBe(40);
    expect(count(deep, 202)).toBe(30);
    expect(count(fast, 429)).toBeGreaterThan(10);
    expect(fast.find(({ status }) => status === 429)).toMatchObject({
      detail: expect.stringMatching(
        /^The ingress fast brought more than 20 events a minute \(gitopsEvents\.ingresses\.fast\.eventsPerMinute\)\. Nothing of this request was stored; send it again in \d+ s\.$/,
      ),
      retry: expect.stringMatching(/^\d+$/),
    });
    expect(deep[39]).toMatchObject({
      status: 503,
      detail: expect.stringMatching(
        /^30 events of the ingress deep wait to be decided already/,
      ),
      retry: '2',
    });
    await waitForExpect(async () => {
      expect((await send('quiet')).status).toBe(202);
    });
    await plugin.stop();
  });
});
