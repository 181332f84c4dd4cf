import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { HttpProblem } from '../http/problem';
import { eventsOfRequest, type ReceivedItem } from './cloudEventsHttp';

const event = {
  specversion: '1.0',
  id: 'e1',
  source: '/registry',
  type: 'io.example.pushed',
};

function structured(
  body: unknown,
  contentType = 'application/cloudevents+json',
) {
  return eventsOfRequest({
    rawHeaders: [],
    contentType,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    batchEvents: 10,
  });
}
const batch = (body: unknown) =>
  structured(body, 'application/cloudevents-batch+json');

function binary(
  headers: Record<string, string>,
  body = '',
  contentType?: string,
) {
  return eventsOfRequest({
    rawHeaders: Object.entries({
      ...headers,
      ...(contentType && { 'Content-Type': contentType }),
    }).flat(),
    contentType,
    body: Buffer.from(body),
    batchEvents: 10,
  });
}

const required = {
  'ce-specversion': '1.0',
  'ce-id': 'e1',
  'ce-source': '/registry',
  'ce-type': 'io.example.pushed',
};

function only(items: ReceivedItem[]) {
  expect(items).toHaveLength(1);
  if (!('event' in items[0])) {
    throw new Error(JSON.stringify(items[0].refusals));
  }
  return items[0].event;
}

/** Places and sentences of what is refused. */
function refusals(items: ReceivedItem[]) {
  return items.flatMap(item =>
    'refusals' in item
      ? item.refusals.map(({ attribute }) => item.place(attribute))
      : [],
  );
}

function problem(read: () => unknown): HttpProblem {
  try {
    read();
  } catch (error) {
    if (error instanceof HttpProblem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('structured mode', () => {
  it('keeps the attributes as sent and the payload as its bytes', () => {
    const received = only(
      structured(
        `{"specversion":"1.0","id":"e1","source":"/registry","type":"t", "time":"2026-11-20T08:00:00.000000001+02:00","attempt":3,
          "data" : { "big": 12345678901234567890, "one": 1.0, "a":1, "a":2, "half": "\\ud83d" } }`,
      ),
    );
    expect(received).toMatchObject({
      time: '2026-11-20T08:00:00.000000001+02:00',
      extensions: { attempt: 3 },
      depth: 0,
    });
    expect(Buffer.from(received.data!).toString()).toBe(
      '{ "big": 12345678901234567890, "one": 1.0, "a":1, "a":2, "half": "\\ud83d" }',
    );
  });

  it('decodes data_base64, and a string of another content type', () => {
    const bytes = Buffer.from([0, 255, 128]);
    expect(
      only(structured({ ...event, data_base64: bytes.toString('base64') }))
        .data,
    ).toEqual(bytes);
    expect(
      only(structured({ ...event, datacontenttype: 'text/plain', data: 'ä\n' }))
        .data,
    ).toEqual(Buffer.from('ä\n'));
  });

  it('tells no payload from null', () => {
    expect(only(structured(event)).data).toBeUndefined();
    expect(only(structured({ ...event, data: null })).data).toEqual(
      Buffer.from('null'),
    );
  });

  it('treats an attribute that is null as absent', () => {
    expect(
      only(structured({ ...event, subject: null })).subject,
    ).toBeUndefined();
    expect(refusals(structured({ ...event, type: null }))).toEqual(['/type']);
  });

  it('reads our extensions', () => {
    expect(
      only(
        structured({
          ...event,
          entityref: 'Component:Shop',
          partitionkey: 'p',
          causationid: 'c',
          causationdepth: 3,
        }),
      ),
    ).toMatchObject({
      entityRef: 'component:default/shop',
      partitionKey: 'p',
      causationId: 'c',
      depth: 3,
      extensions: {},
    });
  });

  it.each([
    ['/specversion', { specversion: '0.3' }],
    ['/id', { id: '' }],
    ['/id', { id: 7 }],
    ['/id', { id: 'nul \0' }],
    ['/id', { id: 'half \ud83d' }],
    ['/id', { id: 'noncharacter \uffff' }],
    ['/id', { id: 'x'.repeat(1025) }],
    ['/source', { source: 'with space' }],
    ['/source', { source: undefined }],
    ['/type', { type: undefined }],
    ['/time', { time: 'yesterday' }],
    ['/time', { time: '2026-02-30T00:00:00Z' }],
    ['/time', { time: '2026-02-01T24:00:00Z' }],
    ['/datacontenttype', { datacontenttype: 'json' }],
    ['/dataschema', { dataschema: '/relative' }],
    ['/Upper', { Upper: 'x' }],
    ['/a~1b', { 'a/b': 'x' }],
    ['/__proto__', JSON.parse('{"__proto__": "x"}')],
    ['/toolongattributename1', { toolongattributename1: 'x' }],
    ['/list', { list: [1] }],
    ['/number', { number: 1.5 }],
    ['/number', { number: 2 ** 31 }],
    ['/entityref', { entityref: 'no kind' }],
    ['/causationdepth', { causationdepth: -1 }],
    ['/causationdepth', { causationdepth: true }],
    ['/data_base64', { data_base64: 'not base64!' }],
    ['/data_base64', { data_base64: 'AA==', data: 1 }],
    ['/data', { datacontenttype: 'text/plain', data: { a: 1 } }],
  ])('points at %s of %j', (place, part) => {
    // Object.assign would call the setter of __proto__.
    const body = Object.fromEntries([
      ...Object.entries(event),
      ...Object.entries(part),
    ]);
    expect(refusals(structured(JSON.stringify(body)))).toEqual([place]);
  });

  it('points at a member that is there twice', () => {
    expect(
      refusals(structured(`{"source":"/a","source":"/b","id":"1"}`)),
    ).toEqual(['/source']);
  });

  it('points at every bad attribute at once', () => {
    expect(refusals(structured({}))).toEqual([
      '/specversion',
      '/id',
      '/source',
      '/type',
    ]);
  });
});

describe('batch mode', () => {
  it('reads each event for itself', () => {
    const items = batch([event, 7, { ...event, id: 'nul \0' }, event]);
    expect(items.map(item => 'event' in item)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(refusals(items)).toEqual(['/1', '/2/id']);
  });

  it('may be empty', () => expect(batch([])).toEqual([]));

  it('must be an array, and not too long', () => {
    expect(problem(() => batch(event)).status).toBe(400);
    expect(problem(() => batch(Array(11).fill(event))).status).toBe(413);
  });
});

describe('binary mode', () => {
  it('reads headers by the rules of the HTTP binding', () => {
    const received = only(
      binary(
        {
          ...required,
          'CE-Subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
          'ce-quoted': '"with \\"quotes\\""',
          'ce-causationdepth': '2',
        },
        '{"a": 12345678901234567890}',
        'application/json; charset=utf-8',
      ),
    );
    expect(received).toMatchObject({
      subject: 'Euro € 😀',
      extensions: { quoted: 'with "quotes"' },
      depth: 2,
      dataContentType: 'application/json; charset=utf-8',
    });
    expect(Buffer.from(received.data!).toString()).toBe(
      '{"a": 12345678901234567890}',
    );
  });

  it.each([
    ['ce-subject', { 'ce-subject': '%C0%A0' }],
    ['ce-subject', { 'ce-subject': '100%' }],
    ['ce-subject', { 'ce-subject': 'h\u00e4' }],
    ['ce-id', { 'ce-id': '%00' }],
    ['ce-id', { 'CE-ID': 'twice' }],
    ['content-type', { 'ce-datacontenttype': 'text/plain' }],
  ])('points at %s of %j', (place, headers) => {
    expect(refusals(binary({ ...required, ...headers }))).toEqual([place]);
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['application/json', '{}'],
    ['text/plain', ''],
    ['', ''],
    ['application/cloudevents+avro', ''],
    ['application/cloudevents+json; charset=latin1', '{}'],
  ])('of content type "%s" is told what to send', (contentType, body) => {
    expect(problem(() => structured(body, contentType))).toMatchObject({
      status: 415,
      detail: expect.stringMatching(/cloudevents\+json|UTF-8/),
    });
  });

  it('says where the JSON breaks', () => {
    expect(
      problem(() => structured('{"id": "1",\n  "type" "t"}')),
    ).toMatchObject({
      status: 400,
      detail: 'The body is not JSON: see line 2, column 10 (character 21).',
    });
  });

  it('says where the UTF-8 breaks', () => {
    const read = () =>
      eventsOfRequest({
        rawHeaders: [],
        contentType: 'application/cloudevents+json',
        body: Buffer.from([0x7b, 0x22, 0xc0, 0xa0]),
        batchEvents: 1,
      });
    expect(problem(read)).toMatchObject({
      status: 400,
      detail: 'The body is not UTF-8: see byte 2.',
    });
  });
});

describe('any request', () => {
  it('is read or refused, never an error of ours', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'application/cloudevents+json',
          'application/cloudevents-batch+json',
          'application/json',
          '',
        ),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map(json => `[${json}]`),
        ),
        fc.array(
          fc.tuple(fc.stringMatching(/^ce-[a-z0-9-]{1,8}$/), fc.string()),
        ),
        (contentType, body, headers) => {
          let thrown: unknown;
          try {
            eventsOfRequest({
              rawHeaders: headers.flat(),
              contentType,
              body: Buffer.from(body),
              batchEvents: 10,
            });
          } catch (error) {
            thrown = error;
          }
          expect(thrown === undefined || thrown instanceof HttpProblem).toBe(
            true,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('made by the CloudEvents SDK is read as it was meant', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
    // eslint-disable-next-line no-control-regex
    const clean = text.filter(value => !/[\p{Cc}\p{Cs}\p{Cn}]/u.test(value));
    fc.assert(
      fc.property(clean, clean, fc.jsonValue(), (id, subject, data) => {
        const sent = new CloudEvent({ ...event, id, subject, data: { data } });
        for (const message of [HTTP.structured(sent), HTTP.binary(sent)]) {
          const headers = message.headers as Record<string, string>;
          // The SDK does not percent-encode headers, as the binding asks.
          const rawHeaders = Object.entries(headers).flatMap(
            ([name, value]) => [
              name,
              /^ce-(id|subject)$/.test(name)
                ? encodeURIComponent(value)
                : value,
            ],
          );
          const received = only(
            eventsOfRequest({
              rawHeaders,
              contentType: headers['content-type'],
              body: Buffer.from(message.body as string),
              batchEvents: 1,
            }),
          );
          expect(received).toMatchObject({ id, subject, time: sent.time });
          expect(JSON.parse(Buffer.from(received.data!).toString())).toEqual(
            JSON.parse(JSON.stringify({ data })),
          );
        }
      }),
    );
  });
});
