import { bindEvent } from './eventBinding';
import { compileSensor } from './compile';
import { evaluate } from './evaluate';
import type { SensorInput } from './schema';
import { eventOf, sensorOf } from './__testUtils__/sensorOf';

const ask = (
  spec: Partial<SensorInput['spec']>,
  event: ReturnType<typeof eventOf>,
) => evaluate(compileSensor(sensorOf(spec)), bindEvent(event));
const filter = (text: string) => ({
  dependencies: [{ name: 'pushed', type: 'image.pushed', filter: text }],
});

describe('evaluate', () => {
  it('resolves what a run is made of', () => {
    const evaluation = ask(
      {
        title: 'Promote ${{ params.image }}',
        params: {
          image: '${{ event.data.name }}',
          size: '${{ event.data.size + 1 }}',
          nested: [{ first: '${{ event.data.tags[0] }}' }],
        },
        dedupe: { key: 'event.data.name + ":" + event.subject' },
        entity: 'Component:${{ params.image }}',
        target: { environment: '${{ event.data.env }}', cluster: 'eu' },
        context: { size: '${{ params.size }}' },
      },
      eventOf(
        { name: 'web', size: 41, tags: ['v1'], env: 'staging' },
        { subject: 's1' },
      ),
    );
    expect(evaluation).toEqual({
      result: 'matched',
      dependency: 'pushed',
      dedupeKey: 'web:s1',
      scope: {
        title: 'Promote web',
        params: { image: 'web', size: 42, nested: [{ first: 'v1' }] },
        entityRef: 'component:default/web',
        target: { environment: 'staging', cluster: 'eu' },
        context: { size: '42' },
      },
    });
  });

  it('takes title and entity from sensor and event where nothing else is said', () => {
    const event = eventOf({}, { entityRef: 'component:default/web' });
    expect(ask({}, event)).toEqual({
      result: 'matched',
      dependency: 'pushed',
      scope: {
        title: 'shop',
        params: {},
        entityRef: 'component:default/web',
      },
    });
  });

  it('shows the attributes of the event', () => {
    const event = eventOf(undefined, {
      extensions: { severity: 'high' },
      time: '2026-01-01T00:00:00Z',
    });
    const text = [
      'event.id == "e1"',
      'event.source == "/registry"',
      'event.severity == "high"',
      'event.ingress == "registry"',
      'event.time == "2026-01-01T00:00:00Z"',
      '!has(event.data)',
      '!has(event.subject)',
    ].join(' && ');
    expect(ask(filter(text), event)).toMatchObject({ result: 'matched' });
  });

  it('says which filter is false and what its fields were', () => {
    const text = 'event.data.severity == "critical" && event.data.count > 3';
    expect(
      ask(filter(text), eventOf({ severity: 'warning', count: 9 })),
    ).toEqual({
      result: 'notMatched',
      reason: {
        code: 'filterFalse',
        message:
          'The filter of `pushed` is false: `event.data.severity` was "warning", `event.data.count` was 9.',
        detail: { dependency: 'pushed', filter: text },
      },
    });
  });

  it.each([
    'apiToken',
    'Authorization',
    'private_key',
    'api-key',
    'passphrase',
  ])('keeps what looks secret out of the reason: %s', name => {
    const evaluation = ask(
      filter(`event.data["${name}"] == "a"`),
      eventOf({ [name]: 'hunter2' }),
    );
    expect(evaluation.result).toBe('notMatched');
    expect(JSON.stringify(evaluation)).not.toContain('hunter2');
  });

  it.each([
    'https://bot:hunter2hunter2@git.example.com/shop',
    'Bearer hunter2hunter2',
    'ghp_hunter2hunter2hunter2',
  ])(
    'keeps a secret out of the reason, whatever its field is called: %s',
    url => {
      const evaluation = ask(filter('event.data.url == "a"'), eventOf({ url }));
      expect(evaluation.result).toBe('notMatched');
      expect(JSON.stringify(evaluation)).toContain('••••••');
      expect(JSON.stringify(evaluation)).not.toContain('hunter2');
    },
  );

  it.each([
    ['event.data.severity == "x"', 'missingField', '`event.data.severity`'],
    ['event.data.name + 1 == 2', 'expression', 'no matching overload'],
    ['event.data.name', 'expression', 'neither true nor false'],
  ])('is an error where the filter is %s', (text, code, part) => {
    expect(ask(filter(text), eventOf({ name: 'web' }))).toEqual({
      result: 'error',
      reason: {
        code,
        message: expect.stringContaining(part),
        detail: expect.anything(),
      },
    });
  });

  it.each([
    ['text/plain', '{"a":1}'],
    ['application/json', 'not json'],
    [undefined, '\u0000'],
  ])('has no data when %s holds %s', (dataContentType, text) => {
    const event = eventOf(undefined, {
      dataContentType,
      data: new TextEncoder().encode(text),
    });
    expect(ask(filter('event.data == 1'), event)).toMatchObject({
      result: 'error',
      reason: { code: 'missingField', detail: { path: 'event.data' } },
    });
  });

  it.each(['application/json; charset=utf-8', 'application/vnd.x+json'])(
    'reads %s',
    dataContentType => {
      const event = eventOf({ a: 1 }, { dataContentType });
      expect(ask(filter('event.data.a == 1'), event).result).toBe('matched');
    },
  );

  it('holds an event whose entity is none', () => {
    expect(
      ask({ entity: 'component:${{ event.data }}' }, eventOf('a b')),
    ).toMatchObject({
      result: 'error',
      reason: {
        code: 'entityRef',
        message: expect.stringContaining('"component:a b" does not name'),
      },
    });
  });

  it('is completed by any dependency that the condition names', () => {
    const spec = {
      condition: 'a || (b || c)',
      dependencies: [
        { name: 'a', type: 'image.*', filter: 'event.data.missing' },
        { name: 'b', type: 'image.*', filter: 'event.data.n == 1' },
        { name: 'c', type: 'other' },
        { name: 'unused', type: 'image.*' },
      ],
      title: '${{ events.b.data.n }}',
    };
    expect(ask(spec, eventOf({ n: 1 }))).toMatchObject({
      result: 'matched',
      dependency: 'b',
      scope: { title: '1' },
    });
    // Nobody knows whether `a` would have let it through.
    expect(ask(spec, eventOf({ n: 2 })).result).toBe('error');
  });

  it('tells a stranger what it listens to', () => {
    const spec = {
      dependencies: [{ name: 'a', type: 'image.*', ingress: 'harbor' }],
    };
    expect(ask(spec, eventOf({}))).toEqual({
      result: 'notMatched',
      reason: {
        code: 'notListening',
        message:
          'shop listens to image.* from harbor; this is image.pushed from registry.',
      },
    });
  });

  it('makes texts that any database takes', () => {
    const event = eventOf({ name: 'a\u0000b\ud800' });
    const evaluation = ask(
      {
        title: '${{ event.data.name }}',
        dedupe: { key: 'event.data.name' },
        context: { name: '${{ event.data.name }}' },
      },
      event,
    );
    expect(evaluation).toMatchObject({
      dedupeKey: '"a\\u0000b\\ud800"',
      scope: {
        title: 'a\ufffdb\ufffd',
        context: { name: 'a\ufffdb\ufffd' },
      },
    });
  });

  it('bounds params and keys', () => {
    const event = eventOf('a'.repeat(70_000));
    expect(ask({ params: { all: '${{ event.data }}' } }, event)).toMatchObject({
      result: 'error',
      reason: { code: 'tooLarge' },
    });
    expect(ask({ dedupe: { key: 'event.data' } }, event)).toMatchObject({
      result: 'error',
      reason: { message: expect.stringContaining('longer than 1000') },
    });
  });
});
