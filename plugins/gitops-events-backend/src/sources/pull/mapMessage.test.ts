import type { SourceMessage } from '@gitops-events/plugin-gitops-events-node';
import { Sandbox } from '../../sandbox';
import { mapMessage } from './mapMessage';
import type { MessageMap } from './readSources';

// A thread starts slowly on a busy machine.
jest.setTimeout(60_000);

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (more: Partial<SourceMessage> = {}): SourceMessage => ({
  ...{ place: 'orders/3/17', topic: 'orders', partition: 3, offset: 17 },
  ...{ timestamp: 1_763_800_000_000, headers: [['x-from', 'web']] },
  key: bytes('shop-1'),
  value: bytes('{"id": 12345678901234567890, "n": 1, "list": [1, 2]}'),
  ...more,
});
const constant = { type: '"a"', source: '"/a"' };

describe('mapMessage', () => {
  const sandbox = new Sandbox({ expressionMs: 250, expressionHeapMb: 128 });
  afterAll(() => sandbox.stop());
  const map = (more: Partial<MessageMap> = {}, of = message()) =>
    mapMessage(sandbox, { ...constant, ...more }, of);

  it('takes from the message what no expression says', async () => {
    expect(await map()).toEqual({
      event: {
        ...{ id: 'orders/3/17@1763800000000', source: '/a', type: 'a' },
        ...{ time: '2025-11-22T08:26:40.000Z', partitionKey: 'shop-1' },
        // As it came: not a digit of the large number is lost.
        ...{ data: message().value, dataContentType: 'application/json' },
        ...{ extensions: {}, depth: 0 },
      },
    });
    const text = { value: bytes('two\nlines'), key: bytes('a\tb') };
    expect(await map({}, message(text))).toMatchObject({
      event: {
        dataContentType: 'text/plain; charset=utf-8',
        partitionKey: undefined,
      },
    });
    const none = { value: undefined, timestamp: -1 };
    expect(await map({}, message(none))).toMatchObject({
      event: { data: undefined, dataContentType: undefined, time: undefined },
    });
  });

  it('says what expressions say', async () => {
    const found = await map({
      type: '"a." + headers["x-from"]',
      source: '"/" + topic + "/" + string(partition)',
      id: 'string(value.n + offset)',
      subject: 'key',
      time: 'timestamp + 1000',
      partitionKey: '""',
      entityRef: '"component:shop"',
      data: '{"sum": value.n + 1, "list": value.list}',
    });
    expect(found).toMatchObject({
      event: {
        ...{ type: 'a.web', source: '/orders/3', id: '18', subject: 'shop-1' },
        ...{ time: '2025-11-22T08:26:41.000Z', partitionKey: 'shop-1' },
        ...{ entityRef: 'component:default/shop' },
        data: Buffer.from('{"sum":2,"list":[1,2]}'),
      },
    });
  });

  it.each<[Partial<MessageMap>, Partial<SourceMessage>, string]>([
    [{ subject: 'value.missing' }, {}, 'missing'],
    [{ subject: 'value.n.x' }, { value: bytes('text') }, 'value.n'],
    [{ subject: 'value.list' }, {}, 'map.subject gives no text.'],
    [{ source: '"not a uri"' }, {}, 'source: It is no URI reference'],
    [{ type: 'value.n > 1 ? "a" : ""' }, {}, 'attribute "type" is missing'],
    [{ time: '"soon"' }, {}, 'time: It is no RFC 3339 time'],
  ])('says what to mend in %j of %j', async (more, of, reason) => {
    expect(await map(more, message(of))).toMatchObject({
      reason: expect.stringContaining(reason),
    });
  });

  it('ends what takes too long, and says so', async () => {
    const list = Array.from({ length: 1_000 }, (_, at) => at);
    const slow =
      'string(value.all(a, value.all(b, (a + b) * (a - b) + a * b - a * a + b * b > -100000000)))';
    const value = bytes(JSON.stringify(list));
    expect(await map({ subject: slow }, message({ value }))).toMatchObject({
      reason: expect.stringContaining('took longer than 250 ms'),
      overran: true,
    });
  });
});
