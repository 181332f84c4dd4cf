import { parseSensors } from '@gitops-events/plugin-gitops-events-sensors';
import { Sandbox, type SensorEvaluation } from '.';
import { activeSensor, storedEvent } from './__testUtils__/activeSensor';

// Each overrun costs the deadline twice, and a thread.
jest.setTimeout(240_000);

const limits = { expressionMs: 500, expressionHeapMb: 128 };

/** What the ingress lets in by default: 256 KiB. */
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const text = 'x'.repeat(200_000);
const sixteen = Array(16).fill('a').join(' + ');

const attacks: Array<{
  name: string;
  filter: string;
  data: object;
  /** Why its event is held. */
  reason: RegExp;
}> = [
  {
    name: 'a product of lists',
    filter:
      'event.data.list.map(a, event.data.list.filter(b, a > b)).size() > 0',
    data: { list: numbers(40_000) },
    reason: /^deadline bomb took longer than 500 ms and was stopped; make it/,
  },
  {
    name: 'loops beside each other, each within the nesting allowed',
    filter: Array(9)
      .fill('event.data.list.all(a, event.data.list.all(b, a + b >= 0))')
      .join(' && '),
    data: { list: numbers(2_000) },
    reason: /^deadline bomb took longer/,
  },
  {
    name: 'a regular expression that is dear to compile, for each item',
    filter: 'event.data.words.all(t, !t.matches(event.data.pattern))',
    data: {
      words: Array(5_000).fill('ab'),
      pattern: '(?i)(\\pL|\\pN){1,1000}c',
    },
    reason: /^deadline bomb took longer/,
  },
  {
    name: 'a regular expression as long as the payload',
    filter: 'event.data.text.matches(event.data.pattern)',
    data: { text: 'a', pattern: '(a|b){1,2}'.repeat(20_000) },
    reason: /^expression .* is longer than 500 characters\.$/,
  },
  {
    name: 'a text that multiplies',
    filter: `[event.data.text].map(a, ${sixteen}).map(a, ${sixteen}).map(a, a + a + a + a).exists(a, a.contains("y"))`,
    data: { text },
    reason: /^expression .* it makes a text of more than 262144 characters\.$/,
  },
  {
    name: 'a replacement that multiplies',
    filter: 'event.data.text.replace("x", event.data.text).contains("y")',
    data: { text },
    reason: /^expression .* it makes a text of more than 262144 characters\.$/,
  },
  {
    name: 'a list that multiplies',
    filter: `[event.data.list].map(a, ${sixteen}).map(a, ${sixteen}).size() > 0`,
    data: { list: numbers(10_000) },
    reason: /^expression .* it makes a list of more than 500000 items\.$/,
  },
  {
    name: 'many texts, each of a size that is allowed',
    filter:
      'event.data.list.map(x, (event.data.text + string(x)).replace("y", "z")).size() > 0',
    data: { list: numbers(10_000), text },
    reason:
      /^(memory bomb needed more than 128 MiB|deadline bomb took longer than)/,
  },
];

const codeOf = ({ evaluation }: SensorEvaluation) =>
  evaluation.result === 'matched'
    ? 'matched'
    : `${evaluation.reason.code} ${evaluation.reason.message}`;

describe('a hostile expression', () => {
  const sandbox = new Sandbox(limits);
  afterAll(() => sandbox.stop());

  it.each(attacks)(
    'is stopped, and others answer: $name',
    async ({ filter, data, reason }) => {
      const bomb = activeSensor('bomb', filter);
      const calm = 'has(event.data) && event.id != ""';
      const set = [activeSensor('before', calm), bomb, activeSensor('after')];
      // Each is another one under the same revision.
      sandbox.forgetOverruns();
      await sandbox.load(set, 1);
      const { events } = await sandbox.evaluate([
        storedEvent('e1', {}),
        storedEvent('e2', data),
        storedEvent('e3', data, 'nobody'),
      ]);
      expect(events.map(found => found.map(codeOf))).toEqual([
        ['matched', expect.stringMatching(/^missingField /), 'matched'],
        ['matched', expect.stringMatching(reason), 'matched'],
        [],
      ]);
    },
  );

  it.each(attacks)('is no problem that its text shows: $name', ({ filter }) => {
    const { sensors, refused } = parseSensors(
      JSON.stringify(activeSensor('bomb', filter).definition),
    );
    expect([sensors.length, refused]).toEqual([1, []]);
  });

  it('does not hinder other sensors in a storm, before it or behind it', async () => {
    const [product, , pattern] = attacks;
    const texts = attacks.at(-1)!;
    const bombs = [product, pattern, texts];
    const set = [
      activeSensor('before', 'event.data.list.size() > 0'),
      ...bombs.map(({ filter }, at) => activeSensor(`bomb${at}`, filter)),
      activeSensor('behind', 'event.data.text.startsWith("xx")'),
      activeSensor('elsewhere', undefined, 'c.d'),
    ];
    await sandbox.load(set, 2);
    const data = {
      ...pattern.data,
      list: numbers(3_000),
      text: text.slice(0, 100_000),
    };
    const storm = Array.from({ length: 500 }, (_, at) =>
      at % 25 === 0
        ? storedEvent(`other${at}`, {}, 'c.d')
        : storedEvent(`e${at}`, data),
    );
    const { events } = await sandbox.evaluate(storm);

    const answers = new Map<string, string[]>();
    for (const found of events.flat()) {
      const list = answers.get(found.sensor) ?? [];
      answers.set(found.sensor, [...list, codeOf(found)]);
    }
    const all = (count: number) => Array(count).fill('matched');
    expect(answers.get('before')).toEqual(all(480));
    expect(answers.get('behind')).toEqual(all(480));
    expect(answers.get('elsewhere')).toEqual(all(20));
    for (const at of bombs.keys()) {
      const told = answers.get(`bomb${at}`)!;
      expect(told).toHaveLength(480);
      const stopped = told.filter(answer => /was stopped/.test(answer)).length;
      const rested = told.filter(answer => /rests for a minute/.test(answer));
      // Three before it rests, not all of which are told where a turn is over before;
      // one more whenever a minute has passed on a busy machine.
      expect(stopped).toBeGreaterThan(0);
      expect(stopped).toBeLessThan(10);
      expect(rested).toHaveLength(480 - stopped);
    }
  });

  it('that takes its time without ever overrunning takes turns with the others', async () => {
    const patient = new Sandbox({
      expressionMs: 20_000,
      expressionHeapMb: 128,
    });
    const filter = 'event.data.list.all(a, event.data.list.all(b, a + b >= 0))';
    await patient.load(
      [activeSensor('slow', filter), activeSensor('calm', undefined, 'c.d')],
      1,
    );
    const data = { list: numbers(300) };
    const order: string[] = [];
    const slow = patient
      .evaluate(
        Array.from({ length: 50 }, (_, at) => storedEvent(`e${at}`, data)),
      )
      .then(({ events }) => {
        order.push('slow');
        return events;
      });
    for (let at = 0; at < 5; at++) {
      await patient.evaluate([storedEvent(`calm${at}`, {}, 'c.d')]);
      order.push('calm');
    }
    expect((await slow).map(found => found.map(codeOf))).toEqual(
      Array(50).fill(['matched']),
    );
    expect(order).toEqual([...Array(5).fill('calm'), 'slow']);
    await patient.stop();
  });
});
