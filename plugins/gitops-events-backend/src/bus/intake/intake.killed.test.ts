import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { startTypescript } from '../../git/__testUtils__/typescriptProcess';
import { readIntakes } from '../../store/intakes';
import { testDatabases } from '../../store/testDatabases';

jest.setTimeout(90_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const script = path.join(__dirname, '__testUtils__/intakeProcess.ts');
const count = 250;

describe('a process that takes in from a broker, on PostgreSQL', () => {
  let knex: Knex;
  const alive: ChildProcess[] = [];
  beforeEach(async () => {
    ({ knex } = await databases.open('postgres'));
  });
  afterEach(() => {
    for (const child of alive.splice(0)) child.kill('SIGKILL');
  });

  const start = (name: string) => {
    const { connection } = knex.client.config;
    // Knex hides the password from whoever lists the fields.
    const { password } = connection;
    const child = startTypescript(
      script,
      [JSON.stringify({ ...connection, password }), name, `${count}`],
      () => {},
    );
    alive.push(child);
    return child;
  };
  /** What the process says to PostgreSQL now, or said last, on each of its connections. */
  const saying = (name: string) =>
    knex('pg_stat_activity')
      .where({ application_name: name })
      .whereRaw('datname = current_database()');

  const asksForTheLease = (name: string, since: Date) =>
    waitForExpect(async () => {
      const asked = await saying(name)
        .where('query', 'ilike', '%update "intakes"%')
        .andWhere('query_start', '>', since);
      expect(asked).not.toEqual([]);
    });

  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'ended by %s in the middle of it keeps nobody from taking it over, and brings nothing twice',
    async signal => {
      // Whoever takes in waits here, with its transaction open.
      const lock = await knex.transaction();
      await lock.raw('lock table events in exclusive mode');
      const first = start('first');
      await waitForExpect(async () =>
        expect(
          await saying('first').where({ wait_event_type: 'Lock' }),
        ).toHaveLength(1),
      );
      first.kill(signal);
      start('second');
      await lock.commit();
      const ids = Array.from({ length: count }, (_, at) => `${at}`);
      const taken = async () =>
        expect(await knex('events').orderBy('seq').pluck('id')).toEqual(ids);
      await waitForExpect(taken);

      const { rows } = await knex.raw('select clock_timestamp() as now');
      first.kill('SIGCONT');
      if (signal === 'SIGSTOP') {
        // It finds out that the partition is not its own any more.
        await asksForTheLease('first', rows[0].now);
      }
      await taken();
      expect(await knex('intakes').pluck('holder')).toEqual(['second']);
      const [{ position }] = await readIntakes(knex);
      expect(JSON.parse(position!)).toMatchObject({ offset: count });
    },
  );
});
