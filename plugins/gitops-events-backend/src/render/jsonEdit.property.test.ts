import * as fc from 'fast-check';
import { editSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { append, assigned, pathText, spots } from './__testUtils__/anyYaml';
import { renderEdits } from './renderEdits';
import { decodeText, encodeText } from './text';
import type { PlainValue } from './yamlWrite';

jest.setTimeout(120_000);

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    ...[
      '1e3',
      'on',
      '0x1F',
      '12:30',
      '# no',
      'a: b',
      '*x',
      '&x',
      '<<',
      '{',
      '\\',
    ],
    ...[
      '\u2028',
      '\u0085',
      '\u007f',
      '\ufeff',
      '"',
      '\t',
      '\n',
      'é',
      '😀',
      '/',
    ],
  ),
);
const key = text.filter(name => name !== '__proto__' && name !== '<<');
const { value } = fc.letrec<{ value: PlainValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    ...[text, fc.boolean(), fc.constant(null), fc.integer()],
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map(number => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), {
      maxKeys: 4,
    }) as fc.Arbitrary<PlainValue>,
  ),
}));
/** As editors, generators and people write JSON. */
const files = fc
  .record({
    value: fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 }),
    indent: fc.constantFrom('', '  ', '    ', '\t', ' '),
    crlf: fc.boolean(),
    end: fc.boolean(),
    escape: fc.boolean(),
  })
  .map(({ value: whole, ...layout }) => {
    const write = (other: PlainValue) => written(other, layout);
    return {
      value: whole as PlainValue,
      text: write(whole as PlainValue),
      write,
    };
  });

function written(
  whole: PlainValue,
  layout: { indent: string; crlf: boolean; end: boolean; escape: boolean },
): string {
  const { indent, crlf, end, escape } = layout;
  let json = JSON.stringify(whole, null, indent);
  if (escape) {
    json = json
      .replace(
        /[\u007f-\uffff]/g,
        sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      .replaceAll('/', '\\/');
  }
  const lines = end ? `${json}\n` : json;
  return crlf ? lines.replaceAll('\n', '\r\n') : lines;
}

async function edit(before: string, asked: object) {
  const rendered = await renderEdits({
    edits: [editSchema.parse({ kind: 'json', file: 'a.json', ...asked })],
    read: async () => [
      { path: 'a.json', mode: '100644', content: encodeText(before) },
    ],
    renderTemplates: async () => [],
    checkPath: () => {},
  });
  if ('reason' in rendered) throw new Error(rendered.reason.message);
  const [file] = rendered.files;
  return file ? decodeText(file.content!)! : before;
}

describe('an edit of JSON', () => {
  it('sets one value, and readers of JSON find that and nothing else changed', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), value, async (file, pick, to) => {
        const all = spots(file.value);
        const { path } = all[pick % all.length];
        fc.pre(!path.includes('<<'));
        const after = await edit(file.text, { set: { [pathText(path)]: to } });
        expect(JSON.parse(after)).toEqual(assigned(file.value, path, to));
        expectUntouched(file, path, after);
      }),
      { numRuns: 300 },
    );
  });

  it('removes one value, and readers of JSON miss that alone', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), async (file, pick) => {
        const all = spots(file.value).filter(
          ({ path }) =>
            path.at(-1) !== append && at(file.value, path) !== undefined,
        );
        const { path } = all[pick % all.length];
        const after = await edit(file.text, { remove: [pathText(path)] });
        expect(JSON.parse(after)).toEqual(without(file.value, path));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['{"a": 1,}', /^a\.json: Line 1, column 9: this is no JSON/],
    ['{\n  // why\n  "a": 1\n}', /Line 2, column 3/],
    ["{'a': 1}", /Line 1, column 2/],
    ['a: 1\n', /Line 1, column 1: this is no JSON\. Use kind: yaml/],
    ['', /Line 1, column 1/],
    ['{"a": 1}\n---\n{"a": 2}', /Line 2, column 1/],
    ['{"a": NaN}', /Line 1, column 7/],
  ])('refuses %j', async (before, message) => {
    await expect(edit(before, { set: { a: 2 } })).rejects.toThrow(message);
  });
});

type Path = ReturnType<typeof spots>[number]['path'];

/** The same file with a mark in place of a value shows what stands in front of it and behind. */
function around(
  {
    value: whole,
    write,
  }: { value: PlainValue; write(other: PlainValue): string },
  path: Path,
): [head: string, tail: string] {
  const mark = 'here-it-stood';
  const [head, tail] = write(assigned(whole, path, mark)).split(`"${mark}"`);
  return [head, tail];
}

function expectUntouched(
  file: { value: PlainValue; text: string; write(other: PlainValue): string },
  path: Path,
  after: string,
) {
  const there = at(file.value, path) !== undefined;
  const [head, tail] = around(file, there ? path : path.slice(0, -1));
  expect(after.slice(0, head.length)).toBe(head);
  expect(after.slice(after.length - tail.length)).toBe(tail);
  if (there || after === file.text) return;
  // An item or a key more: what was there is all there, around one piece.
  let same = 0;
  while (after[same] === file.text[same]) same += 1;
  expect(after.endsWith(file.text.slice(same))).toBe(true);
}

function at(whole: PlainValue, path: Path): PlainValue | undefined {
  return path.reduce<unknown>(
    (found, step) =>
      typeof found === 'object' && found !== null && step !== append
        ? Object.getOwnPropertyDescriptor(found, step)?.value
        : undefined,
    whole,
  ) as PlainValue | undefined;
}

function without(whole: PlainValue, [step, ...rest]: Path): PlainValue {
  if (Array.isArray(whole)) {
    return rest.length === 0
      ? whole.filter((_, index) => index !== step)
      : whole.map((item, index) =>
          index === step ? without(item, rest) : item,
        );
  }
  const { [step as string]: inner, ...others } = whole as Record<
    string,
    PlainValue
  >;
  return rest.length === 0
    ? others
    : { ...(whole as object), [step as string]: without(inner, rest) };
}
