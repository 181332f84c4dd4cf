import fc from 'fast-check';
import {
  mkdirSync,
  mkdtempSync,
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
  streams,
  type WindowModule,
} from '../__testUtils__/againstModel';

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
      'if (resets < closes && !isTrue(waiting, true))',
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
      'Math.min(first.at + within, resetAfter(first.at))',
      'first.at + within',
    ],
    [
      'a reset is remembered for too long',
      'window/join.ts',
      'moment >= known.next',
      'moment > known.next',
    ],
    [
      'a join uses an event twice',
      'window/join.ts',
      'waiting.filter(one => !taken.includes(one)),',
      'waiting.filter(one => one === taken[0] || !taken.includes(one)),',
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
  ];

const files = [
  'duration.ts',
  'schedule/zone.ts',
  'schedule/cron.ts',
  'match/condition.ts',
  ...['window', 'index', 'batch', 'count', 'debounce', 'cooldown', 'join'].map(
    name => `window/${name}.ts`,
  ),
];

describe('a bug in the windows', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seeded-bugs-'));
  symlinkSync(
    path.join(path.dirname(require.resolve('luxon/package.json')), '..'),
    path.join(folder, 'node_modules'),
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  const build = (
    name: string,
    change: (file: string, text: string) => string,
  ): WindowModule => {
    const target = path.join(folder, name);
    for (const file of files) {
      const text = readFileSync(path.join(__dirname, '..', file), 'utf8');
      const { outputText } = ts.transpileModule(change(file, text), {
        compilerOptions: {
          module: ts.ModuleKind.CommonJS,
          target: ts.ScriptTarget.ES2022,
        },
      });
      const built = path.join(target, file.replace(/\.ts$/, '.js'));
      mkdirSync(path.dirname(built), { recursive: true });
      writeFileSync(built, outputText);
    }
    return jest.requireActual(path.join(target, 'window/index.js'));
  };
  const differs = (module: WindowModule) =>
    fc.check(
      fc.property(streams, stream => {
        expect(fatesByEngine(module, stream)).toEqual(fatesByModel(stream));
      }),
      { numRuns: 4_000 },
    ).failed;

  it('is none where nothing is changed', () => {
    expect(differs(build('unchanged', (_, text) => text))).toBe(false);
  });

  it.each(bugs)('is found: %s', (name, where, right, wrong) => {
    const buggy = build(name.replaceAll(' ', '-'), (file, text) => {
      if (file !== where) return text;
      if (text.split(right).length !== 2) {
        throw new Error(`${file} holds "${right}" not just once`);
      }
      return text.replace(right, () => wrong);
    });
    expect(differs(buggy)).toBe(true);
  });
});
