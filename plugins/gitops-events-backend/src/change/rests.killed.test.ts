import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { FollowedApps, promote, seedOf } from './__testUtils__/followedApps';

/* Who waits for a sync does so until the same moment, whoever is killed meanwhile. */
jest.setTimeout(300_000);
waitForExpect.defaults.timeout = 60_000;

const script = path.join(__dirname, '__testUtils__/restingReplica.ts');
const sensor = promote();

describe.each(databaseKinds)('a replica killed on %s', kind => {
  const databases = testDatabases();

  it('while a change key is syncing leaves its newer runs waiting, not for ever', async () => {
    const { knex } = await databases.open(kind);
    const folder = await temporaryFolder();
    await storeSensor(knex, sensor);
    const seeded = await startTestEngine({ knex } as never, {
      ...{ folder, seed: seedOf('shop', 'cart') },
    });
    await seeded.stop();
    const ask = (id: string, app: string) =>
      fire(knex, { id, sensor, data: { app, tag: id } });
    const stateOf = async (run: string) =>
      (await knex('effects').where({ run_id: run }).first())?.state;

    await ask('1', 'shop');
    const { client, connection } = knex.client.config;
    const at = { ...connection, password: connection.password };
    const child = startTypescript(
      script,
      [client, JSON.stringify(at), folder, 'shop', 'cart'],
      () => {},
    );
    const closed = once(child, 'close');
    await waitForExpect(async () => {
      expect(await knex('change_syncs').pluck('state')).toEqual(['syncing']);
    }, 30_000);
    const second = await ask('2', 'shop');
    await waitForExpect(
      async () => expect(await stateOf(second)).toBe('pending'),
      30_000,
    );
    child.kill('SIGKILL');
    await closed;
    const { rests_until: until } = await knex('changes').first();
    // As though it had been a minute longer; and nobody waits until the claims of the dead run out.
    await knex('changes').update({ rests_until: Number(until) + 60_000 });
    await knex('runs').where({ state: 'running' }).update({ due_at: 0 });

    const tracker = new FollowedApps(['shop', 'cart']);
    tracker.progresses('shop');
    const test = await startTestEngine({ knex } as never, {
      ...{ folder, trackers: [tracker] },
    });
    const other = await ask('3', 'cart');
    await test.reaches(other, 'applied');
    expect(await stateOf(second)).toBe('pending');
    await knex('changes').update({ rests_until: 1 });
    await waitForExpect(
      async () => expect(await stateOf(second)).toBe('member'),
      30_000,
    );
    await test.stop();
    await rm(folder, { recursive: true });
  });
});
