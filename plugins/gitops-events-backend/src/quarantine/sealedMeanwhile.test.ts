import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { endReverted } from '../revert/endReverted';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { runOf, type Run } from '../store/runRow';
import { testDatabases } from '../store/testDatabases';
import { cancelRun } from './cancelRun';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const reason = { code: 'cancelled', message: 'A newer one came.' };

/** What a run asked for is sealed by another replica at the moment at which the run is ended. On SQLite there is one writer. */
describe('a run whose change is sealed as it is ended, on postgres', () => {
  let database: Database;
  let knex: Knex;
  let sealer: Knex.Transaction;
  let run: Run;

  beforeEach(async () => {
    database = await databases.open('postgres');
    ({ knex } = database);
    const step = { id: 'write', action: 'git:change', state: 'waiting' };
    const [row] = await knex('runs')
      .insert({
        ...{ id: 'run', event_uid: 'event', sensor: 'deploy', revision: 1 },
        ...{ title: '', owner_ref: '', mode: 'auto', step: 0, attempt: 0 },
        ...{ steps: JSON.stringify([{ ...step, attempts: 0 }]), version: 1 },
        ...{ state: 'waiting', gated: false, due_at: 1, created_at: 1 },
        ...{ scope: '{}', blocks_lane: false },
      })
      .returning('*');
    run = runOf(row);
    const place = { repository: 'local:deployments', base: 'main' };
    await knex('effects').insert({
      ...{ effect_id: 'effect', run_seq: run.seq, run_id: 'run' },
      ...{ step_id: 'write', ...place, change_key: 'key', state: 'pending' },
      ...{ input: '{}', flush_by: 1, created_at: 1 },
    });
    await knex('changes').insert({
      ...{ id: 'change', host: 'local', ...place, branch: 'branch' },
      ...{ sensor: 'deploy', owner_ref: '', mode: 'auto', title: 'Change.' },
      ...{ body: '', labels: '[]', approvals_needed: 0, state: 'writing' },
      ...{ revision: 1, due_at: 1, version: 1, created_at: 1 },
    });
    sealer = await databases.again(database).transaction();
    await sealer('effects')
      .where({ effect_id: 'effect' })
      .update({ state: 'member', change_id: 'change', revision: 1 });
  });
  afterEach(() => sealer.rollback());

  /** As a gate does that tries another run when this one cannot be ended. */
  const ends = (work: (tx: Knex.Transaction) => Promise<unknown>) =>
    knex.transaction(async tx => {
      try {
        return await work(tx);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return error.message;
      }
    });
  const sealedMeanwhile = async <T>(work: Promise<T>): Promise<T> => {
    await waitForExpect(async () => {
      const { rows } = await knex.raw(
        'select 1 from pg_locks where not granted',
      );
      expect(rows).not.toEqual([]);
    });
    await sealer.commit();
    return work;
  };

  it('has its change closed instead, where it is cancelled', async () => {
    const by = 'sensor:deploy';
    const outcome = await sealedMeanwhile(
      ends(tx => cancelRun(tx, run, { by, reason })),
    );
    expect(outcome).toBe('cancelAsked');
    expect(await readRun(knex, 'run')).toMatchObject({ state: 'waiting' });
    const [{ asked }] = await knex('changes').where({ id: 'change' });
    expect(JSON.parse(asked)).toMatchObject({ what: 'cancel', by });
  });

  it('is not told as taken back, where it is reverted', async () => {
    const reverted = { run, parts: [] } as unknown as Parameters<
      typeof endReverted
    >[1];
    const refused = await sealedMeanwhile(
      knex
        .transaction(tx => endReverted(tx, reverted, 'user:default/pia'))
        .catch(error => error),
    );
    expect(String(refused)).toContain('may still merge');
    expect(await readRun(knex, 'run')).toMatchObject({ state: 'waiting' });
  });
});
