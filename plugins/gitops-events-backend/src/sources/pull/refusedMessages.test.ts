import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import type { Database } from '../../store/database';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { cloud, sourceReplica } from './__testUtils__/sourceReplica';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

describe.each(databaseKinds)('messages that were refused, on %s', kind => {
  let database: Database;
  let outside: MemorySource;
  let ends: Array<() => Promise<unknown>>;
  beforeEach(async () => {
    database = await databases.open(kind);
    outside = new MemorySource();
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  const start = (more: object = {}) => {
    const source = { ...cloud, ...more };
    const { sources, stop } = sourceReplica({ database, outside, source });
    ends.push(stop);
    sources.start();
    return sources;
  };
  const refused = async (sources: ReturnType<typeof start>, count: number) => {
    await waitForExpect(async () =>
      expect(await sources.views()).toMatchObject([{ refused: count }]),
    );
    return (await sources.refused({ limit: count })).items;
  };

  it('take no more bytes than they may, and a source waits for room', async () => {
    const large = { value: 'x'.repeat(1_500) };
    const sources = start({ maxRefusedBytes: 3_000 });
    outside.send([large]);
    await refused(sources, 1);
    outside.send([large]);
    const [{ number }] = await refused(sources, 2);
    outside.send([large]);
    await waitForExpect(async () =>
      expect(await sources.views()).toMatchObject([
        {
          ...{ state: 'waiting', refused: 2 },
          partitions: [
            {
              behind: 1,
              trouble: { message: expect.stringContaining('maxRefusedBytes') },
            },
          ],
        },
      ]),
    );
    const [{ refusedBytes }] = await sources.views();
    expect(refusedBytes).toBeGreaterThan(3_000);
    const decision = { by: 'user:default/pia', comment: 'Noise.' };
    await sources.decisions.discardRefusedMessage({ number, ...decision });
    await waitForExpect(async () =>
      expect(await sources.views()).toMatchObject([
        { refused: 2, partitions: [{ behind: 0 }] },
      ]),
    );
  });

  it('are news for open pages when they come, and when somebody decides', async () => {
    const { sources, nudges, stop } = sourceReplica({ database, outside });
    ends.push(stop);
    let news = 0;
    nudges.on('timeline', () => (news += 1));
    sources.start();
    outside.send([{ value: 'one' }]);
    const [{ number }] = await refused(sources, 1);
    await waitForExpect(() => expect(news).toBe(1));
    const { decisions } = sources;
    const decision = { number, by: 'user:default/pia', comment: 'Noise.' };
    // Its reason may be another one now.
    await expect(decisions.retryRefusedMessage(decision)).rejects.toThrow(
      'It is refused again.',
    );
    expect(news).toBe(2);
    await decisions.discardRefusedMessage(decision);
    expect(news).toBe(3);
  });

  it('are listed by what they begin with, and shown whole one by one', async () => {
    const value = JSON.stringify({
      password: 'hunter2',
      items: Array.from({ length: 150 }, (_, at) => `item number ${at}`),
      last: 'the end',
    });
    const headers = { a: 'a'.repeat(1_500), b: 'b'.repeat(1_500), c: 'c' };
    const key = 'k'.repeat(3_000);
    const sources = start();
    outside.send([{ value }, { key, headers }, { value: 'short' }]);
    const items = await refused(sources, 3);
    const [json, long, short] = items;
    expect(json).toMatchObject({ isCut: true, bytes: value.length });
    expect(json.excerpt).toMatch(/^\{"password":"••••••".*…$/);
    expect(long).toMatchObject({ isCut: true, key: 'k'.repeat(2_000) });
    expect(JSON.stringify(long.headers).length).toBeLessThan(2_100);
    expect(short).toMatchObject({ isCut: false, excerpt: 'short', bytes: 5 });

    const whole = await sources.refusedMessage(json.number);
    expect(whole).toMatchObject({ ...json, isCut: false });
    expect(whole?.content).toContain('"password":"••••••"');
    expect(whole?.content).toMatch(/"last":"the end"\}$/);
    expect(await sources.refusedMessage(long.number)).toMatchObject({
      ...{ key, headers },
    });
    expect(await sources.refusedMessage(9_999)).toBeUndefined();

    // As a replica of the version before writes them.
    await database.knex('refused_messages').update({ preview: null });
    expect((await sources.refused({ limit: 10 })).items).toEqual(items);
  });

  it('are shown whole however many items and characters they have, and still masked', async () => {
    const log = `${'a line of it. '.repeat(600)}postgres://app:hunter2@db/shop`;
    const json = JSON.stringify({
      numbers: Array.from({ length: 1_340 }, (_, at) => at),
      users: Array.from({ length: 300 }, () => ({ token: 'hunter2' })),
      log,
    });
    const text = `${'x: y\n'.repeat(2_000)}password=hunter2 and the end`;
    const sources = start();
    outside.send([
      { value: json },
      { value: text },
      { value: `[${'1,'.repeat(300)}1]` },
    ]);
    const [first, second, short] = await refused(sources, 3);
    const shown = async ({ number }: { number: number }) =>
      (await sources.refusedMessage(number))!;
    const {
      numbers,
      users,
      log: shownLog,
    } = JSON.parse((await shown(first)).content!);
    expect(numbers).toHaveLength(1_340);
    expect(users).toEqual(Array(300).fill({ token: '••••••' }));
    expect(shownLog).toBe(log.replace('hunter2', '••••••'));
    expect((await shown(second)).content).toBe(
      text.replace('hunter2', '••••••'),
    );
    // A list is no longer than its text.
    expect(short).toMatchObject({ isCut: false });
    expect(JSON.parse(short.excerpt!)).toHaveLength(301);
    expect(await shown(short)).toMatchObject({ content: short.excerpt });
    for (const one of [first, second, short]) {
      expect(await shown(one)).not.toHaveProperty('leftOut');
    }
  });

  it('say what is left out where they have more than is shown, and of which part', async () => {
    const sources = start();
    const log = 'x'.repeat(4_200_000);
    const value = `{"rows": [${'1,'.repeat(260_000)}1]}`;
    outside.send([{ value, key: log, headers: { log } }]);
    const [{ number }] = await refused(sources, 1);
    expect((await sources.refusedMessage(number))!.leftOut).toEqual([
      'Key: the first 1,048,576 of 4,200,000 characters are shown.',
      'Headers, `log`: the first 1,048,576 of 4,200,000 characters are shown.',
      'Content, `rows`: the first 249,998 of 260,001 items are shown.',
    ]);
  });

  it('are not told as cut where masks leave all that is no secret', async () => {
    const sources = start();
    const secret = `-----BEGIN PRIVATE KEY-----${'x'.repeat(9_000)}-----END PRIVATE KEY-----`;
    outside.send([
      { value: JSON.stringify({ a: secret, end: 1 }) },
      { value: `a: ${secret} and the end` },
      { value: `password="${'x'.repeat(9_000)}"` },
      { value: 'x', key: secret, headers: { a: secret } },
    ]);
    const items = await refused(sources, 4);
    expect(items.map(({ isCut, excerpt }) => [isCut, excerpt])).toEqual([
      [false, '{"a":"••••••","end":1}'],
      [false, 'a: •••••• and the end'],
      [false, 'password=••••••'],
      [false, 'x'],
    ]);
    expect(items[3]).toMatchObject({ key: '••••••', headers: { a: '••••••' } });
  });

  it('have their previews made again where an older version made them', async () => {
    const sources = start();
    const value = JSON.stringify({ log: 'x'.repeat(3_000) });
    outside.send(Array.from({ length: 25 }, () => ({ value })));
    const items = await refused(sources, 25);
    const { knex } = database;
    const wrong = JSON.stringify({ ...items[0], isCut: false });
    await knex('refused_messages').update({
      ...{ preview: wrong, preview_form: null },
    });
    start();
    await waitForExpect(async () => {
      const { items: now } = await sources.refused({ limit: 25 });
      expect(now.map(({ isCut }) => isCut)).toEqual(Array(25).fill(true));
    });
    expect((await sources.refused({ limit: 25 })).items).toEqual(items);
  });

  it('are not parsed to be shown where they are huge', async () => {
    const sources = start();
    const text = `{"password": {"a": "hunter2"}, "b": "${'x'.repeat(5_000_000)}"}`;
    outside.send([{ value: text }]);
    const [{ number, excerpt }] = await refused(sources, 1);
    expect(excerpt).toContain('too many to be shown');
    const { content } = (await sources.refusedMessage(number))!;
    expect(content).toContain('too many to be shown');
  });
});
