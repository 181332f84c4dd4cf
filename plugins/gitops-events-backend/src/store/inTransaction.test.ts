import { CommitQueue } from './commitQueue';
import { testDatabases } from './testDatabases';

jest.setTimeout(60_000);

const databases = testDatabases();

describe('a replica that stands still, on postgres', () => {
  it('keeps no other one from writing what it holds', async () => {
    const database = await databases.open('postgres');
    const queue = (knex = database.knex) =>
      new CommitQueue({ knex, stream: 'runs' });
    let holds = () => {};
    const held = new Promise<void>(resolve => (holds = resolve));
    let goOn = () => {};
    const standing = new Promise<void>(resolve => (goOn = resolve));
    const stalled = queue(databases.again(database)).run(async tx => {
      await tx('active_set').update({ generation: 1 });
      holds();
      await standing;
      return [];
    });
    stalled.catch(() => {});
    await held;
    await queue().run(async tx => {
      await tx('active_set').update({ generation: 2 });
      return [];
    });
    goOn();
    await expect(stalled).rejects.toThrow();
    const { generation } = await database.knex('active_set').first();
    expect(Number(generation)).toBe(2);
  });
});
