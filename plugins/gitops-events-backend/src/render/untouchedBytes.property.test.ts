import * as fc from 'fast-check';
import {
  isPair,
  parseDocument,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import {
  append,
  files,
  pathText,
  readers,
  spots,
  tree,
  type Spot,
} from './__testUtils__/anyYaml';
import { EditError } from './editError';
import { setYamlValue } from './yamlEdit';
import { removeYamlValue } from './yamlRemove';

type Path = Spot['path'];

/** Signs of a text that an edit may touch. */
type Range = [from: number, to: number];

/** What stands at a path, as the reader says who knows nothing of edits. */
function nodeOf(text: string, path: Path): Node {
  const document = parseDocument(text, { version: '1.2' });
  return (
    path.length > 0 ? document.getIn(path, true) : document.contents
  ) as Node;
}

function rangeOf(text: string, path: Path): Range {
  const [from, to] = nodeOf(text, path).range!;
  return [from, to];
}

/**
 * With the space in front and the rest of the line behind: a map goes below its
 * key, and then the comment of the key stays beside it.
 */
function withItsLine(text: string, [from, to]: Range): Range {
  const space = /\s*$/.exec(text.slice(0, from))!.index;
  const end = text.indexOf('\n', Math.max(to - 1, from));
  return [space, end < 0 ? text.length : end];
}

/** What stands around a range, before an edit and after it. */
function outside(before: string, after: string, [from, to]: Range) {
  const head = before.slice(0, from);
  const tail = before.slice(to).trimEnd();
  return {
    was: [head, tail],
    is: [
      after.slice(0, head.length),
      after.trimEnd().slice(-tail.length || Infinity),
    ],
  };
}

/** Whether one text is the other with one piece put in between. */
function hasOnePieceMore(longer: string, shorter: string): boolean {
  let head = 0;
  while (head < shorter.length && longer[head] === shorter[head]) head += 1;
  return longer.endsWith(shorter.slice(head));
}

/** What a reader found there; undefined where its keys lead elsewhere. */
function found(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, step)?.value
        : undefined,
    value,
  );
}

/** Between brackets a comma goes behind the last one, maybe in front of its comment. */
function withComma(text: string, path: Path): string {
  const last = (nodeOf(text, path) as YAMLMap | YAMLSeq).items.at(-1);
  const [, end] = ((isPair(last) ? last.value : last) as Node).range!;
  return `${text.slice(0, end)},${text.slice(end)}`;
}

const isEmpty = (value: unknown) => Object.keys(value as object).length === 0;
const isScalar = (value: unknown) => typeof value !== 'object';

/** A place in a file, taken by a number from those that fit. */
function spotOf(
  file: { value: unknown },
  pick: number,
  fits: (path: Path) => boolean,
): Path {
  const all = spots(file.value as never)
    .map(({ path }) => path)
    .filter(fits);
  fc.pre(all.length > 0);
  return all[pick % all.length];
}

describe('bytes that an edit does not mean', () => {
  it('stay beside a text or number that becomes another, to the byte', () => {
    const flat = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.stringMatching(/^\w+$/),
    );
    fc.assert(
      fc.property(files, fc.nat(), flat, (file, pick, to) => {
        const path = spotOf(file, pick, one => {
          const value = found(file.value, one);
          // A block of text keeps being one, and has a header.
          return value !== undefined && isScalar(value) && !isBlock(file, one);
        });
        const [from, end] = rangeOf(file.text, path);
        const after = setYamlValue(file.text, pathText(path), to).text;
        const tail = file.text.slice(end);
        expect(after.slice(0, from)).toBe(file.text.slice(0, from));
        expect(after.slice(after.length - tail.length)).toBe(tail);
      }),
      { numRuns: 300 },
    );
  });

  it('stay in front of any value that is set, and behind its line', () => {
    fc.assert(
      fc.property(files, fc.nat(), tree, (file, pick, to) => {
        const path = spotOf(
          file,
          pick,
          one => found(file.value, one) !== undefined,
        );
        const range = withItsLine(file.text, rangeOf(file.text, path));
        const after = setYamlValue(file.text, pathText(path), to).text;
        const { was, is } = outside(file.text, after, range);
        expect(is).toEqual(was);
      }),
      { numRuns: 300 },
    );
  });

  it('all stay where an item or a key is added', () => {
    fc.assert(
      fc.property(files, fc.nat(), tree, (file, pick, to) => {
        const path = spotOf(
          file,
          pick,
          one => found(file.value, one) === undefined,
        );
        const after = setYamlValue(file.text, pathText(path), to).text;
        const parent = path.slice(0, -1);
        const around = rangeOf(file.text, parent);
        const { was, is } = outside(
          file.text,
          after,
          withItsLine(file.text, around),
        );
        expect(is).toEqual(was);
        // An empty one has no bytes of its own but its brackets.
        if (isEmpty(found(file.value, parent))) return;
        const texts = [file.text, withComma(file.text, parent)];
        expect(texts.some(text => hasOnePieceMore(after, text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('all stay where an item or a key is removed', () => {
    fc.assert(
      fc.property(files, fc.nat(), (file, pick) => {
        const path = spotOf(
          file,
          pick,
          one => found(file.value, one) !== undefined,
        );
        const after = removed(file.text, path);
        if (after === undefined) return;
        const parent = path.slice(0, -1);
        const around = rangeOf(file.text, parent);
        const { was, is } = outside(
          file.text,
          after,
          withItsLine(file.text, around),
        );
        expect(is).toEqual(was);
        // The last one leaves brackets behind.
        if (Object.keys(found(file.value, parent) as object).length === 1) {
          return;
        }
        expect(hasOnePieceMore(file.text, after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('each reader, of YAML 1.1 too,', () => {
  it.each(Object.entries(readers))('reads what was set (%s)', (_, read) => {
    fc.assert(
      fc.property(files, fc.nat(), tree, (file, pick, to) => {
        const path = spotOf(file, pick, one => one.at(-1) !== append);
        const there = found(file.value, path) !== undefined;
        // It may take keys of people for something else: `on`, `12:30`.
        const was = readOrNothing(read, file.text);
        const way = there ? path : path.slice(0, -1);
        fc.pre(was !== undefined && found(was, way) !== undefined);
        const after = setYamlValue(file.text, pathText(path), to).text;
        expect(found(read(after), path)).toEqual(to);
      }),
      { numRuns: 150 },
    );
  });

  it.each(Object.entries(readers))(
    'reads what was added to a list (%s)',
    (_, read) => {
      fc.assert(
        fc.property(files, fc.nat(), tree, (file, pick, to) => {
          const path = spotOf(file, pick, one => one.at(-1) === append);
          const list = path.slice(0, -1);
          const was = readOrNothing(read, file.text);
          fc.pre(was !== undefined && found(was, list) !== undefined);
          const after = setYamlValue(file.text, pathText(path), to).text;
          expect(found(read(after), list)).toContainEqual(to);
        }),
        { numRuns: 100 },
      );
    },
  );

  it.each(Object.entries(readers))(
    'reads the rest as before where something was removed (%s)',
    (_, read) => {
      fc.assert(
        fc.property(files, fc.nat(), (file, pick) => {
          const path = spotOf(
            file,
            pick,
            one => one.length === 1 && found(file.value, one) !== undefined,
          );
          const was = readOrNothing(read, file.text);
          fc.pre(was !== undefined && found(was, path) !== undefined);
          const after = removed(file.text, path);
          if (after === undefined) return;
          const { [path[0]]: _gone, ...rest } = was as Record<
            string | number | symbol,
            unknown
          >;
          expect(read(after)).toEqual(rest);
        }),
        { numRuns: 100 },
      );
    },
  );
});

function isBlock({ text }: { text: string }, path: Path): boolean {
  return /^[|>]/.test(text.slice(rangeOf(text, path)[0]));
}

function readOrNothing(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** Undefined where some reader would take the rest for something else, and it is refused. */
function removed(text: string, path: Path): string | undefined {
  try {
    return removeYamlValue(text, pathText(path)).text;
  } catch (error) {
    if (error instanceof EditError) return undefined;
    throw error;
  }
}
