import * as fc from 'fast-check';
import { parseDocument, stringify, visit, Scalar } from 'yaml';
import type { PlainValue } from '../yamlWrite';

interface Loader {
  load(text: string): unknown;
}
const jsYaml: Loader = require('js-yaml');
// Reads YAML 1.1, with ideas of its own.
const jsYaml3: Loader = require('js-yaml-3');

export const readers: Record<string, (text: string) => unknown> = {
  'yaml 1.2': text =>
    parseDocument(text, { version: '1.2', merge: true }).toJS(),
  // It would warn of keys that are dates to it.
  'yaml 1.1': text =>
    parseDocument(text, { version: '1.1', logLevel: 'error' }).toJS(),
  'js-yaml 4': text => jsYaml.load(text),
  'js-yaml 3': text => jsYaml3.load(text),
};

/** Texts that some reader takes for something else. */
const traps = fc.constantFrom(
  ...'1.10 on Yes NO off y N true null ~ Null 012 0o14 0x1F 0b11 1e3 1E3 1_000 .5 5. +1 -0 .inf -.INF .nan 12:30:45 1:30 190:20:30.15 2024-01-31 2024-1-1 = << - ? : | > % @ ` & * ! {} [] # , --- ...'.split(
    ' ',
  ),
  '',
  ' ',
  '\n',
  '\t',
  ' a',
  'a ',
  '#x',
  'a #x',
  'a: b',
  'a:',
  '- a',
  '? a',
  '"a"',
  "'a'",
  "it's",
  'a\nb',
  'a\nb\n',
  '\na',
  'a\n\n',
  'a\n  b',
  'a \nb',
  'a\r\nb',
  '2024-01-31T10:00:00Z',
  '2001-12-14 21:59:43',
  '\u0085',
  '\u2028',
  '\ufeffa',
  '\u0000',
  '\u007f',
  'é',
  '日本',
  '😀',
  'a\tb',
  '!!str a',
  '%TAG',
  '*a',
  '&a',
  '<%= x %>',
  '{{ .Values.a }}',
  '${{ a }}',
  'C:\\a',
  '\\n',
  'x'.repeat(200),
);
const letters = fc.string({
  unit: fc.constantFrom(
    ...'aZ09 .:-_#\'"\\\n\t,[]{}&*!|>%@`?=~<éß\u00a0'.split(''),
  ),
  maxLength: 12,
});
const wellFormed = fc.string({ unit: 'grapheme', maxLength: 20 });
const text = fc
  .oneof(traps, letters, wellFormed)
  .filter(value => !/\p{Surrogate}/u.test(value));
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map(value => (Object.is(value, -0) ? 0 : value)),
);
export const key = text.filter(
  value => value !== '__proto__' && value !== '<<',
);
export const { tree } = fc.letrec<{
  tree: PlainValue;
  map: PlainValue;
  list: PlainValue;
}>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    tie('map'),
    tie('list'),
  ),
  map: fc.dictionary(key, tie('tree'), {
    maxKeys: 4,
  }) as fc.Arbitrary<PlainValue>,
  list: fc.array(tie('tree'), { maxLength: 4 }),
}));

/** The step that adds an item; a map may have a key "+", which is another thing. */
export const append = Symbol('append');

/** A place in a value: where it is, and the path of it. */
export interface Spot {
  path: Array<string | number | typeof append>;
}

export function spots(value: PlainValue, path: Spot['path'] = []): Spot[] {
  const here = path.length > 0 ? [{ path }] : [];
  if (typeof value !== 'object' || value === null) return here;
  const inner = Object.keys(value).flatMap(name =>
    Array.isArray(value)
      ? spots(value[Number(name)], [...path, Number(name)])
      : spots(value[name], [...path, name]),
  );
  return [
    ...here,
    ...inner,
    { path: [...path, Array.isArray(value) ? append : 'new key'] },
  ];
}

export function pathText(path: Spot['path']): string {
  return path
    .map(step => (step === append ? '[+]' : `[${JSON.stringify(step)}]`))
    .join('');
}

/** The model: what the value should be after the edit. */
export function assigned(
  value: PlainValue,
  [step, ...rest]: Spot['path'],
  to: PlainValue,
): PlainValue {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    if (step === append) {
      const there = value.some(
        item => JSON.stringify(item) === JSON.stringify(to),
      );
      return there ? value : [...value, to];
    }
    return value.map((item, at) =>
      at === step ? assigned(item, rest, to) : item,
    );
  }
  const map = (value ?? {}) as Record<string, PlainValue>;
  return { ...map, [step]: assigned(map[step as string] ?? null, rest, to) };
}

/** Other people's hands: how the same value may be written. */
interface Layout {
  indent: number;
  indentSeq: boolean;
  crlf: boolean;
  flow: boolean;
  quotes: Scalar.Type;
  comments: boolean;
  head: string;
  end: boolean;
}

const layout: fc.Arbitrary<Layout> = fc.record({
  indent: fc.constantFrom(1, 2, 3, 4, 8),
  indentSeq: fc.boolean(),
  crlf: fc.boolean(),
  flow: fc.boolean(),
  quotes: fc.constantFrom(
    'PLAIN',
    'QUOTE_DOUBLE',
    'QUOTE_SINGLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ),
  comments: fc.boolean(),
  head: fc.constantFrom('', '# top\n', '---\n', '\n\n', '\ufeff'),
  end: fc.boolean(),
});

/** @returns nothing for the few values that the library writes so that it cannot read them itself */
function write(value: PlainValue, how: Layout): string | undefined {
  const document = parseDocument(
    stringify(value, {
      defaultStringType: how.quotes,
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
    }),
  );
  if (document.errors.length > 0) return undefined;
  let nodes = 0;
  visit(document, {
    Collection(_, node) {
      nodes += 1;
      if (how.flow && nodes % 3 === 0) node.flow = true;
    },
    Scalar(name, node) {
      nodes += 1;
      const inBlock = node.type?.startsWith('BLOCK');
      if (how.comments && name !== 'key' && nodes % 2 === 0 && !inBlock)
        (node as Scalar).comment = ' why, "not": [';
    },
  });
  const body = document.toString({
    indent: how.indent,
    indentSeq: how.indentSeq,
    lineWidth: 0,
  });
  const whole = how.head + (how.end ? body : body.replace(/\n$/, ''));
  if (parseDocument(whole).errors.length > 0) return undefined;
  return how.crlf ? whole.replaceAll('\n', '\r\n') : whole;
}

export const files = fc
  .tuple(
    fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 }) as fc.Arbitrary<
      Record<string, PlainValue>
    >,
    layout,
  )
  .map(([value, how]) => write(value, how))
  .filter(written => written !== undefined)
  .map(written => ({
    value: readers['yaml 1.2'](written) as PlainValue,
    text: written,
  }));
