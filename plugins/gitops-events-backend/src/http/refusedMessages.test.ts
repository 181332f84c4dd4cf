import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { testConfig } from '../__testUtils__/testEngine';
import { sourceReplica } from '../sources/pull/__testUtils__/sourceReplica';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedEvent, seedRun } from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

/** A message that was refused belongs to nobody: what it says is for those who see what is anybody's. */
describe.each(databaseKinds)('a refused message, on %s', kind => {
  let api: Awaited<ReturnType<typeof startApi>>;
  let number: number;
  let replica: ReturnType<typeof sourceReplica>;

  beforeAll(async () => {
    const database = await databases.open(kind);
    const outside = new MemorySource();
    replica = sourceReplica({ database, outside });
    const { sources } = replica;
    sources.start();
    outside.send([{ value: 'a word of a stranger' }]);
    await waitForExpect(async () => {
      const { items } = await sources.refused({ limit: 1 });
      if (items.length === 0) throw new Error('Nothing was refused yet.');
      number = items[0].number;
    });
    const { knex } = database;
    const eventUid = await seedEvent(knex, { id: 'one' });
    await seedRun(knex, {
      ...{ name: 'held', state: 'held', eventUid },
      entityOwnerRef: 'group:default/shop',
    });
    api = await startApi(knex, [], testConfig, sources);
  });
  afterAll(async () => {
    await api.stop();
    await replica.stop();
  });

  const message = () => ({ params: { number: String(number) } });
  const decision = () => ({ ...message(), body: { comment: 'Noise.' } });

  it('is told of, and decided, by those who see what is anybody’s', async () => {
    expect(await api.read('listRefusedMessages')).toMatchObject({
      items: [{ number, excerpt: 'a word of a stranger' }],
    });
    expect(await api.read('getRefusedMessage', message())).toMatchObject({
      content: 'a word of a stranger',
    });
    expect(await api.read('getOverview')).toMatchObject({
      refusedMessages: { count: 1 },
    });
    expect(await api.read('countQuarantine')).toEqual({
      ...{ held: 1, refusedMessages: 1 },
    });
    expect((await api.read('listSources')).items).toMatchObject([
      { refused: 1, refusedBytes: expect.any(Number) },
    ]);
  });

  it.each([
    { as: 'owner', held: 1 },
    { as: 'otherDeveloper', held: 0 },
  ] as const)(
    'is neither told to the $as nor decided by them',
    async ({ as, held }) => {
      expect(await api.read('listRefusedMessages', { as })).toEqual({
        items: [],
      });
      const { status } = await api.call(as, 'getRefusedMessage', message());
      expect(status).toBe(404);
      const overview = await api.read('getOverview', { as });
      expect(overview).not.toHaveProperty('refusedMessages');
      expect(await api.read('countQuarantine', { as })).toEqual({ held });
      const [source] = (await api.read('listSources', { as })).items;
      expect(source).toMatchObject({ name: 'orders' });
      expect(source).not.toHaveProperty('refused');
      expect(source).not.toHaveProperty('refusedBytes');
      for (const name of [
        'retryRefusedMessage',
        'discardRefusedMessage',
      ] as const) {
        const refusal = await api.call(as, name, decision());
        expect(refusal.status).toBe(403);
        expect(refusal.body.detail).toContain('Ask a platform engineer.');
      }
      expect(api.decisions.calls).toEqual([]);
    },
  );

  it('is nothing to ask about for who may not see the quarantine at all', async () => {
    for (const name of ['listRefusedMessages', 'countQuarantine'] as const) {
      const { status, text } = await api.call('token', name);
      expect(status).toBe(403);
      expect(text).toContain('gitops-events.quarantine.read');
    }
    const { status, text } = await api.call(
      ...(['token', 'getRefusedMessage', message()] as const),
    );
    expect({ status, tells: text.includes('stranger') }).toEqual({
      ...{ status: 404, tells: false },
    });
  });
});
