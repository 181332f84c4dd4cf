import fc from 'fast-check';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import {
  fatesByEngine,
  fatesByModel,
  meanwhiles,
  type Engine,
} from './__testUtils__/againstModel';
import { streams } from './__testUtils__/streams';

/** One small mistake: in which file, what is written there, and what stands there instead. */
const bugs: Array<[name: string, file: string, right: string, wrong: string]> =
  [
    [
      'a batch closes one event too late',
      'window/batch.ts',
      'events.length >= size',
      'events.length > size',
    ],
    [
      'a batch is due after its last event',
      'window/batch.ts',
      'events[0].at + within',
      'events[events.length - 1].at + within',
    ],
    [
      'a count keeps an event for one moment too long',
      'window/count.ts',
      'at + within > until',
      'at + within >= until',
    ],
    [
      'a count does not start anew',
      'window/count.ts',
      '? { state: undefined, firings: [{',
      '? { state: { waiting: events.slice(1) }, firings: [{',
    ],
    [
      'a reset forgets to let the others go',
      'window/count.ts',
      '[...before, event].map',
      '[event].map',
    ],
    [
      'a debounce fires the first',
      'window/debounce.ts',
      'waiting: event, first',
      'waiting: state?.waiting ?? event, first',
    ],
    [
      'a debounce forgets when its first event came',
      'window/debounce.ts',
      'first: state?.first ?? event.at',
      'first: event.at',
    ],
    [
      'a cooldown begins again with each repeat',
      'window/cooldown.ts',
      'state: { ...state, repeats }',
      'state: { ...state, repeats, until: event.at + quiet }',
    ],
    [
      'a cooldown lasts one moment too long',
      'window/cooldown.ts',
      'state.until <= until',
      'state.until < until',
    ],
    [
      'a join takes the newest',
      'window/join.ts',
      'waiting.findIndex(one => one.dependency === event.dependency) === at',
      'waiting.findLastIndex(one => one.dependency === event.dependency) === at',
    ],
    [
      'a reset comes before the window that closes with it',
      'window/join.ts',
      'resets < closes',
      'resets <= closes',
    ],
    [
      'a reset asks the condition a last time',
      'window/join.ts',
      'if (resets < closes)',
      'if (resets < closes && !isTrue(join, waiting, true))',
    ],
    [
      'a reset takes an event of its own moment',
      'schedule/cron.ts',
      'moment > after',
      'moment >= after',
    ],
    [
      'a join is not woken for its reset',
      'window/join.ts',
      'Math.min(first.at + join.withinMs, join.resetAfter(first.at))',
      'first.at + join.withinMs',
    ],
    [
      'a reset is remembered for too long',
      'window/cronReset.ts',
      'moment >= known.next',
      'moment > known.next',
    ],
    [
      'a join uses an event twice',
      'window/join.ts',
      'waiting.filter(one => !taken.includes(one));',
      'waiting.filter(one => one === taken[0] || !taken.includes(one));',
    ],
    [
      'a join takes what is not there for certain before its window closes',
      'match/condition.ts',
      'events.closing && !events.present.has(part.name)',
      '!events.present.has(part.name)',
    ],
    [
      'and and or are mixed up below a not',
      'match/condition.ts',
      "(part.kind === 'and') === wanted",
      "part.kind === 'and'",
    ],
    [
      'time goes by only after the event',
      'window/index.ts',
      'const passed = passWindow(window, row, at);',
      'const passed = passWindow(window, row, 0);',
    ],
    [
      'time goes back in a window',
      'window/index.ts',
      'Math.max(event.at, row?.clock ?? 0)',
      'event.at',
    ],
    [
      'one more waits than may',
      'window/join.ts',
      'same.length >= maxWaiting',
      'same.length > maxWaiting',
    ],
    [
      'the newest is crowded out',
      'window/join.ts',
      '? [same[0]]',
      '? [same[same.length - 1]]',
    ],
    [
      'only the first event sets a timer',
      'window/decideWindow.ts',
      'step.dueAt !== dueBefore',
      'row === undefined',
    ],
    [
      'a mark lasts one moment too long',
      'decide.ts',
      'event.acceptedAt >= mark.until',
      'event.acceptedAt > mark.until',
    ],
    [
      'what the limit drops leaves a mark',
      'decide.ts',
      'if (!isDropped) rememberKey',
      'rememberKey',
    ],
    [
      'what comes to a window leaves no mark',
      'decide.ts',
      'if (!isDropped) rememberKey',
      'if (!isDropped && !input.sensor.spec.window) rememberKey',
    ],
    [
      'a duplicate leaves a mark of its own',
      'decide.ts',
      'if (duplicate) return',
      'if (duplicate) rememberKey(draft, input, evaluation);\n  if (duplicate) return',
    ],
    [
      'an event is too old one moment early',
      'decide.ts',
      'age <= parseDuration(maxAge)',
      'age < parseDuration(maxAge)',
    ],
    [
      'a loop comes to the window',
      'decide.ts',
      'hold(draft, event, loop(event), match);\n    return undefined;',
      'hold(draft, event, loop(event), match);',
    ],
    [
      'a limit holds what waits as long as it may',
      'rateLimit.ts',
      'start - at > parseDuration(rateLimit.atMost)',
      'start - at >= parseDuration(rateLimit.atMost)',
    ],
    [
      'time goes back in a limit',
      'rateLimit.ts',
      'Math.max(firing.at, clock)',
      'firing.at',
    ],
    [
      'a limit forgets one too many',
      'rateLimit.ts',
      'slice(-rateLimit.max)',
      'slice(1 - rateLimit.max)',
    ],
    [
      'hours end one moment late',
      'schedule/activeHours.ts',
      'time >= from && time < to;',
      'time >= from && time <= to;',
    ],
  ];

/** The engine, and all that it needs. */
const files = [
  ...['decide', 'decision', 'duration', 'rateLimit', 'suggestion'].map(
    name => `${name}.ts`,
  ),
  ...['window', 'match', 'schedule'].flatMap(folder =>
    readdirSync(path.join(__dirname, folder))
      .filter(name => /^\w+\.ts$/.test(name))
      .map(name => `${folder}/${name}`),
  ),
];

const transpiled = new Map<string, string>();
function transpile(text: string): string {
  const known = transpiled.get(text);
  if (known !== undefined) return known;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
    },
  });
  transpiled.set(text, outputText);
  return outputText;
}

describe('a bug in the engine', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seeded-bugs-'));
  symlinkSync(
    path.join(path.dirname(require.resolve('luxon/package.json')), '..'),
    path.join(folder, 'node_modules'),
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  const build = (
    name: string,
    change: (file: string, text: string) => string,
  ): Engine => {
    const target = path.join(folder, name);
    for (const file of files) {
      const text = readFileSync(path.join(__dirname, file), 'utf8');
      const built = path.join(target, file.replace(/\.ts$/, '.js'));
      mkdirSync(path.dirname(built), { recursive: true });
      writeFileSync(built, transpile(change(file, text)));
    }
    return jest.requireActual(path.join(target, 'decide.js'));
  };
  const differs = (engine: Engine, numRuns: number) =>
    fc.check(
      fc.property(streams, meanwhiles, (stream, meanwhile) => {
        const fates = fatesByEngine(engine, stream, meanwhile);
        expect(fates).toEqual(fatesByModel(stream));
      }),
      // That it is found is all that is asked; not its least example. The same streams each time: a bug that one stream in
      // 4,000 shows would be missed once in a while. Other streams each time are language.property.test.ts's.
      { numRuns, endOnFailure: true, seed: 2 },
    ).failed;

  it('is none where nothing is changed', () => {
    const engine = build('unchanged', (_, text) => text);
    expect(differs(engine, 500)).toBe(false);
  });

  it.each(bugs)('is found: %s', (name, where, right, wrong) => {
    const buggy = build(name.replaceAll(' ', '-'), (file, text) => {
      if (file !== where) return text;
      if (text.split(right).length !== 2) {
        throw new Error(`${file} holds "${right}" not just once`);
      }
      return text.replace(right, () => wrong);
    });
    expect(differs(buggy, 20_000)).toBe(true);
  });
});
