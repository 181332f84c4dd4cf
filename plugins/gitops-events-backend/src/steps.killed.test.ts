import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from './__testUtils__/fire';
import { temporaryFolder } from './git/__testUtils__/gitCommand';
import { startTypescript } from './git/__testUtils__/typescriptProcess';
import { verifyChain } from './store/chain';
import type { Database } from './store/database';
import { runOf } from './store/runRow';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(180_000);

const script = path.join(__dirname, '__testUtils__/stepsReplica.ts');
const mark = (id: string, more: object = {}) => ({
  id,
  action: 'mark',
  ...more,
});
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'steps', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', type: 'test.event' }],
    dedupe: { key: 'event.id' },
    steps: [
      mark('good', { timeout: '1h' }),
      mark('skipped', { if: 'event.id == ""' }),
      mark('bad'),
      mark('never'),
    ],
    onFailure: [
      mark('undo', {
        if: 'has(steps.good.outputs.file)',
        input: { says: '${{ run.failure.step }}' },
      }),
      mark('tell'),
    ],
  },
};
const runCount = 4;
/** At the first, second, third and sixth claim of a process, and right after a run has ended. */
const kills = ['claim:1', 'claim:2', 'done:1', 'claim:3', 'claim:6', 'done:1'];

describe.each(databaseKinds)('replicas killed between steps, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let folder: string;

  beforeEach(async () => {
    database = await databases.open(kind);
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** @returns how it ended: the exit code, or the signal */
  const runReplica = async (crashAt: string) => {
    const { client, connection } = database.knex.client.config;
    // Knex hides the password from whoever lists the fields.
    const { password } = connection;
    const child = startTypescript(
      script,
      [client, JSON.stringify({ ...connection, password }), folder],
      () => {},
      { GITOPS_EVENTS_CRASH_AT: crashAt },
    );
    const [code, signal] = await once(child, 'close');
    // So that nobody has to wait until the claims of the dead run out.
    await database
      .knex('runs')
      .whereIn('state', ['queued', 'running'])
      .update({ due_at: 0 });
    return signal ?? code;
  };

  it('take each step once, in order, and end each run once', async () => {
    const { knex } = database;
    await storeSensor(knex, sensor);
    for (let n = 0; n < runCount; n++) {
      const id = await fire(knex, { id: `e${n}`, sensor, lane: 'lane' });
      const run = runOf(await knex('runs').where({ id }).first());
      const dedupeKey = `e${n}`;
      const events = [{ uid: run.eventUid, dependency: 'asked', dedupeKey }];
      await knex('runs')
        .where({ id })
        .update({ scope: JSON.stringify({ ...run.scope, events }) });
      await knex('sensor_state').insert({
        ...{ sensor: 'steps', kind: 'dedupe', key: dedupeKey },
        value: JSON.stringify({ eventUid: run.eventUid, until: 9e15 }),
      });
    }

    for (const point of kills) {
      expect(await runReplica(point)).toBe('SIGKILL');
    }
    expect(await runReplica('')).toBe(0);

    const runs = (await knex('runs').orderBy('seq')).map(runOf);
    const log = readFileSync(path.join(folder, 'log'), 'utf8');
    expect(log.trim().split('\n')).toEqual(
      runs.flatMap(({ id }) => [
        `${id} good`,
        `${id} bad`,
        `${id} undo bad`,
        `${id} tell`,
      ]),
    );
    expect(readdirSync(folder)).toHaveLength(4 * runCount + 1);
    for (const run of runs) {
      expect(run).toMatchObject({ end: 'failed', reason: { message: 'No.' } });
      expect(run.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
        ...['good done', 'skipped skipped', 'bad failed', 'never pending'],
        ...['undo done', 'tell done'],
      ]);
      const kinds = knex('timeline').where({ run_id: run.id }).orderBy('seq');
      expect(await kinds.pluck('kind')).toEqual(['stepSkipped', 'stepFailed']);
    }
    expect(await knex('sensor_state')).toEqual([]);
    const chain = await verifyChain(knex, 'runs');
    expect(chain.broken).toBeUndefined();
    const records = (await knex('chain').where({ stream: 'runs' })).flatMap(
      row => JSON.parse(row.records),
    );
    expect(records.map(record => record.outcome)).toEqual(
      Array(runCount).fill('failed'),
    );
  });
});
