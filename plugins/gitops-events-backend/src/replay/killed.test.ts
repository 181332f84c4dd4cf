import { once } from 'node:events';
import path from 'node:path';
import { testConfig } from '../__testUtils__/testEngine';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import { activate, testSensor } from '../pipeline/testSensor';
import { Sandbox } from '../sandbox';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { decideForReal, read, replica, store } from './__testUtils__/past';
import { findingOf } from './findings';

jest.setTimeout(180_000);

const script = path.join(__dirname, '__testUtils__/replayReplica.ts');
const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

const start = Date.UTC(2026, 0, 5, 10);
const rule = (within: string) =>
  testSensor('rule', {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    window: { key: 'event.data.key', batch: { size: 7, within } },
  });
/** As a page is about to be kept, and as the next is about to be claimed. */
const commit = '^commit';
const claim = 'attempt \\+ 1';
const kills = [
  [commit, '2'],
  [claim, '2'],
  [commit, '1'],
  [claim, '3'],
];

describe.each(databaseKinds)('replicas killed in a replay, on %s', kind => {
  const databases = testDatabases();

  it('decide and count each event once', async () => {
    const { knex } = await databases.open(kind);
    await activate(knex, [rule('1m')]);
    await store(
      knex,
      Array.from({ length: 2_000 }, (_, place) => ({
        id: `e${place}`,
        at: start + place * 3_000,
        data: { key: `k${(place * 7) % 5}` },
      })),
    );
    await decideForReal(knex, sandbox);
    const one = replica(knex);
    const findings = async (of: string) =>
      (await knex('replay_findings').where({ replay_id: of }))
        .map(findingOf)
        .map(({ eventUid, difference }) => `${eventUid} ${difference}`)
        .sort();
    // Some windows close earlier, so there is something to find.
    const untouched = await one.create(rule('30s'));
    const { counts } = await one.finish(untouched);
    expect(counts.other + counts.firesNow).toBeGreaterThan(0);

    const id = await one.create(rule('30s'));
    const { client, connection } = knex.client.config;
    // Knex hides the password from whoever lists the fields.
    const { password } = connection;
    const runReplica = async (pattern: string, nth: string) => {
      const child = startTypescript(
        script,
        [
          client,
          JSON.stringify({ ...connection, password }),
          JSON.stringify(testConfig),
          pattern,
          nth,
        ],
        () => {},
      );
      const [code, signal] = await once(child, 'close');
      // So that nobody has to wait until the claim of the dead runs out.
      await knex('replays').where({ id }).update({ due_at: 0 });
      return signal ?? code;
    };
    for (const [pattern, nth] of kills) {
      expect(await runReplica(pattern, nth)).toBe('SIGKILL');
    }
    const halfway = await read(knex, id);
    expect(halfway.state).toBe('running');
    expect(halfway.counts.passed).toBeGreaterThanOrEqual(400);
    expect(await runReplica(commit, '0')).toBe(0);

    expect(await read(knex, id)).toMatchObject({ state: 'done', counts });
    expect(await findings(id)).toEqual(await findings(untouched));
    await one.stop();
  });
});
