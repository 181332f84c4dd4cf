import { changeSensor } from '../__testUtils__/changeSensor';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* Checks judge a revert by the event of its run; without what that carried nobody can tell. */
jest.setTimeout(60_000);

const sensor = changeSensor({
  edits: [
    {
      kind: 'yaml',
      file: 'apps/shop.yaml',
      set: { tag: '${{ event.data.tag }}' },
    },
  ],
});

describe.each(databaseKinds)('a revert without its payload, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  beforeEach(async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    const seed = { 'apps/shop.yaml': 'tag: "1"\n' };
    test = await startTestEngine(database, { seed });
  });
  afterEach(() => test.stop());

  it('is refused, and nothing is written', async () => {
    const { knex } = database;
    const id = await fire(knex, { id: '1', sensor, data: { tag: '2' } });
    test.nudges.send('runs');
    await test.reaches(id, 'applied');
    const { previewRevert, revertRun } = test.engine.decisions;
    const { digest } = await previewRevert(id);
    await knex('events').update({ data: null, erased_at: Date.now() });

    const refused = {
      name: 'ConflictError',
      message: expect.stringContaining('was erased'),
    };
    await expect(previewRevert(id)).rejects.toMatchObject(refused);
    const asked = { id, by: 'user:default/pia', digest, choices: {} };
    await expect(
      revertRun({ ...asked, comment: 'It crashes.' }),
    ).rejects.toMatchObject(refused);
    expect(await knex('reverts')).toEqual([]);
    expect(await git(test.bare, 'show', 'main:apps/shop.yaml')).toBe(
      'tag: "2"',
    );
  });
});
