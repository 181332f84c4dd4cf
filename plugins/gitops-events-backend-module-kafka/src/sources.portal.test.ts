import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { startPortal } from './__testUtils__/portal';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { createForeignTopic, produce } from './__testUtils__/testKafka';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const order = (id: number) => ({
  key: 'shop',
  value: JSON.stringify({ kind: 'placed', id, total: 3 }),
});

describeWithKafka('a portal that reads topics of others', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const ends: Array<() => Promise<unknown>> = [];
  let server: RealKafka;
  let folder: string;
  beforeAll(async () => {
    server = await startRealKafka();
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-sources-'));
  });
  afterEach(async () => {
    while (ends.length > 0) await ends.pop()!();
  });
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true });
  });

  const start = async (sources: object, more: object = {}, again?: Knex) => {
    const knex = again ?? (await databases.init('SQLITE_3'));
    const portal = await startPortal({
      ...{ folder, sources, ...more },
      features: [mockServices.database.factory({ knex })],
      ingresses: {
        orders: { principals: [], sources: ['/orders*'], types: ['orders.*'] },
      },
    });
    ends.push(portal.stop);
    return { portal, knex };
  };
  const mapped = (topic: string) => ({
    ...{ kind: 'kafka', ingress: 'orders', brokers: [server.address] },
    ...{ topics: [topic], start: 'earliest' },
    map: {
      type: '"orders." + value.kind',
      source: '"/orders"',
      subject: 'string(value.id)',
      data: '{"id": value.id, "total": value.total, "from": headers["x-from"]}',
    },
  });

  it('maps a message into a logged event, once, though its position could not be written at first', async () => {
    const topic = await createForeignTopic(server);
    const { portal, knex } = await start({ orders: mapped(topic) });
    await waitForExpect(async () =>
      expect((await portal.get('sources')).items[0].partitions).toHaveLength(1),
    );
    // As if the process ended between the two, again and again.
    await knex.raw(
      `create trigger crash before update of position on source_intakes
        begin select raise(abort, 'crash'); end`,
    );
    const from = { 'x-from': 'web' };
    await produce(server, topic, [
      { ...order(1), headers: from },
      { ...order(2), headers: from },
    ]);
    const source = async () => (await portal.get('sources')).items[0];
    await waitForExpect(async () => {
      expect(await portal.logged()).toHaveLength(2);
      expect((await source()).partitions[0].trouble.message).toContain('log');
    });
    expect((await source()).partitions[0].behind).toBe(2);
    await knex.raw('drop trigger crash');
    await produce(server, topic, [{ ...order(3), headers: from }]);
    await waitForExpect(async () => {
      const { state, partitions } = await source();
      expect({ state, behind: partitions[0].behind }).toEqual({
        ...{ state: 'reading', behind: 0 },
      });
    });
    const { items } = await portal.get('events');
    expect(items).toHaveLength(3);
    const event = await portal.get(`events/${items[0].uid}`);
    expect(event).toMatchObject({
      ...{ type: 'orders.placed', source: '/orders', subject: '3' },
      ...{ ingress: 'orders', principal: 'source:orders' },
    });
    expect(items[2].id).toMatch(new RegExp(`^${topic}/0/0@\\d+$`));
  });

  it('begins a topic that shows up late where it was first looked for, and forgets one that was taken out', async () => {
    const topic = `late-${randomUUID()}`;
    const orders = { ...mapped(topic), start: 'latest' };
    const first = await start({ orders });
    const { knex } = first;
    const awaited = () => knex('awaited_topics').pluck('topic');
    await waitForExpect(async () => expect(await awaited()).toEqual([topic]));
    await first.portal.stop();
    await knex('awaited_topics').insert({
      ...{ source: 'orders', topic: 'removed' },
      seen_at: Date.now() - 31 * 86_400_000,
    });
    await createForeignTopic(server, 1, topic);
    const from = { 'x-from': 'web' };
    const write = (id: number, age: number) =>
      produce(server, topic, [
        {
          ...{ ...order(id), headers: from },
          timestamp: String(Date.now() - age),
        },
      ]);
    await write(1, 3_600_000);
    await write(2, 3_600_000);
    await write(3, 0);
    const { portal } = await start({ orders }, {}, knex);
    await waitForExpect(async () => {
      const { state, partitions } = (await portal.get('sources')).items[0];
      expect({ state, behind: partitions[0]?.behind }).toEqual({
        ...{ state: 'reading', behind: 0 },
      });
    });
    const { items } = await portal.get('events');
    expect(items.map((one: { id: string }) => one.id)).toEqual([
      expect.stringMatching(new RegExp(`^${topic}/0/2@`)),
    ]);
    await waitForExpect(async () => expect(await awaited()).toEqual([topic]));
  });

  it('takes CloudEvents of both modes through Kafka as the bus, and holds what is none for a person', async () => {
    const topic = await createForeignTopic(server);
    const bus = { kind: 'kafka', durability: 'relaxed' };
    const kafka = { brokers: [server.address], replicas: 1, partitions: 1 };
    // Without brokers of its own it has those of the bus.
    const { portal } = await start(
      {
        cloud: {
          kind: 'kafka',
          ingress: 'orders',
          topics: [topic],
          start: 'earliest',
        },
      },
      { bus, kafka },
    );
    const attributes = { source: '/orders', type: 'orders.paid' };
    await produce(server, topic, [
      {
        value: '{"a": 1}',
        headers: {
          ...{ ce_specversion: '1.0', ce_id: 'binary', ce_source: '/orders' },
          ...{ ce_type: 'orders.paid', 'content-type': 'application/json' },
        },
      },
      { value: 'noise with token ghp_0123456789abcdefghij' },
      {
        value: JSON.stringify({
          ...{ specversion: '1.0', id: 'structured', ...attributes },
          data: { b: 2 },
        }),
        headers: {
          'content-type': 'application/cloudevents+json; charset=utf-8',
        },
      },
    ]);
    await waitForExpect(async () =>
      expect(await portal.logged()).toEqual(['binary', 'structured']),
    );
    const { items } = await portal.get('refused-messages');
    expect(items).toMatchObject([
      {
        ...{ source: 'cloud', place: `${topic}/0/1` },
        reason: expect.stringContaining('It is no CloudEvent'),
        excerpt: expect.not.stringContaining('ghp_'),
      },
    ]);
    const { number } = items[0];
    const decide = (what: string) =>
      portal.post(`refused-messages/${number}/${what}`, { comment: 'Noise' });
    expect((await decide('retry')).status).toBe(409);
    expect((await decide('discard')).status).toBe(200);
    expect((await decide('discard')).status).toBe(404);
    expect((await portal.get('refused-messages')).items).toEqual([]);
  });
});
