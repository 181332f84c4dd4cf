import { appendChain, verifyChain } from './chain';
import { databaseKinds, testDatabases } from './testDatabases';

describe.each(databaseKinds)('chain on %s', kind => {
  const databases = testDatabases();

  it('follows its rows, and tells the first one that was touched', async () => {
    const { knex } = await databases.open(kind);
    for (let at = 1; at <= 5; at += 1) {
      await knex.transaction(tx =>
        appendChain(
          tx,
          'runs',
          [{ what: 'run', run: `r${at}`, outcome: 'applied' }],
          at,
        ),
      );
    }
    expect(await verifyChain(knex, 'runs')).toEqual({
      rows: 5,
      head: expect.any(String),
    });

    const row = { stream: 'runs', number: 3 };
    const [{ records }] = await knex('chain').where(row).select('records');
    await knex('chain')
      .where(row)
      .update({ records: records.replace('applied', 'failed') });
    expect((await verifyChain(knex, 'runs')).broken).toEqual({
      number: 3,
      problem: 'row 3 was changed',
    });

    await knex('chain').where(row).delete();
    expect((await verifyChain(knex, 'runs')).broken).toEqual({
      number: 3,
      problem: 'row 3 is missing',
    });
  });

  it('keeps one line of succession with many writers at once', async () => {
    const { knex } = await databases.open(kind);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        knex.transaction(tx =>
          appendChain(tx, 'runs', [{ what: 'run', run: `${index}` }], index),
        ),
      ),
    );
    expect(await verifyChain(knex, 'runs')).toEqual({
      rows: 20,
      head: expect.any(String),
    });
  });
});
