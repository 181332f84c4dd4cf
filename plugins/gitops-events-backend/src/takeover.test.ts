import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { Replicas, type Replica } from './__testUtils__/replicas';
import { testDatabases } from './store/testDatabases';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

describe('two replicas on one PostgreSQL, one of which is killed in the middle of', () => {
  let replicas: Replicas;
  let knex: Knex;
  let both: Replica[];
  beforeEach(async () => {
    replicas = await Replicas.on(databases);
    knex = replicas.database.knex;
  });
  afterEach(() => replicas.end());

  const start = async () => {
    both = [await replicas.start(), await replicas.start()];
  };
  const runs = () => knex('runs').where({ end: 'done' }).orderBy('seq');

  /** Kills whoever comes to such a statement, while nobody may write to the table. */
  const killWhoComesTo = async (
    { table, statement }: { table: string; statement: string },
    begin: () => Promise<unknown>,
  ): Promise<{ killed: Replica; other: Replica }> => {
    const lock = await knex.transaction();
    await lock.raw('lock table ?? in exclusive mode', [table]);
    await begin();
    let killed: Replica | undefined;
    await waitForExpect(async () => {
      killed = await replicas.waitsIn(statement);
      expect(killed).toBeDefined();
    });
    await killed!.die();
    await lock.commit();
    return { killed: killed!, other: both.find(one => one !== killed)! };
  };

  it('firing what is due: it fires once', async () => {
    await replicas.sensor('window: { batch: { within: 1s } }');
    await start();
    const { killed, other } = await killWhoComesTo(
      { table: 'runs', statement: '%insert into%runs%' },
      () => both[0].service.bus.publish(replicas.events(3)),
    );
    await waitForExpect(async () => expect(await runs()).toHaveLength(1));
    const [run] = await runs();
    expect(JSON.parse(run.scope).events).toHaveLength(3);
    expect(other.ran).toEqual([run.id]);
    expect(killed.ran).toEqual([]);
    expect(await knex('timers')).toEqual([]);

    // And the other goes on to decide.
    await other.service.bus.publish(replicas.events(1));
    await waitForExpect(async () => expect(await runs()).toHaveLength(2));
  });

  it('loading sensors: the other loads them, once', async () => {
    await replicas.sensor('');
    await start();
    const revisions = () =>
      knex('sensor_revisions').orderBy('revision').pluck('revision');
    const generation = async () =>
      Number((await knex('active_set').first()).generation);
    await waitForExpect(async () => expect(await revisions()).toEqual([1]));
    const before = await generation();
    const { other } = await killWhoComesTo(
      {
        table: 'sensor_revisions',
        statement: '%insert into "sensor_revisions"%',
      },
      () => replicas.sensor('title: Another'),
    );
    await waitForExpect(async () => expect(await revisions()).toEqual([1, 2]));
    expect(await generation()).toBe(before + 1);
    await other.service.bus.publish(replicas.events(1));
    await waitForExpect(async () =>
      expect(await runs()).toMatchObject([{ title: 'Another' }]),
    );
  });
});
