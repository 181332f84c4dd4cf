import {
  celFunc,
  celMethod,
  CelScalar,
  isCelError,
  listType,
  type CelFunc,
  type CelList,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

/**
 * Characters of a text, and bytes, that an expression may make. A thread's heap
 * limit ends the thread only when memory is taken in small pieces: one large
 * text brings down the whole process with it.
 */
const maxLength = 256 * 1024;

const { BYTES, INT, STRING } = CelScalar;
const anyList = listType(CelScalar.DYN);

function bounded<T extends { length: number }>(made: T): T {
  refuseAbove(made.length);
  return made;
}

function refuseAbove(length: number): void {
  if (length > maxLength) {
    throw new RangeError(
      `it makes a text of more than ${maxLength} characters`,
    );
  }
}

function join(this: CelList, separator = ''): string {
  let text = '';
  let first = true;
  for (const item of this) {
    if (typeof item !== 'string') {
      throw new TypeError('join takes a list of texts; use map(x, string(x))');
    }
    text = bounded(first ? item : text + separator + item);
    first = false;
  }
  return text;
}

/** CEL's own copies the text for each match. A count below 0 means all. */
function replace(this: string, from: string, to: string, count = -1n): string {
  const pieces = from === '' ? ['', ...this, ''] : this.split(from);
  const all = pieces.length - 1;
  const replaced = count < 0n ? all : Math.min(all, Number(count));
  refuseAbove(this.length + replaced * (to.length - from.length));
  return (
    pieces.slice(0, replaced + 1).join(to) +
    pieces
      .slice(replaced + 1)
      .map(piece => from + piece)
      .join('')
  );
}

const standardFormat = strings.find(({ name }) => name === 'format')!;

function format(this: string, values: CelList): string {
  const text = standardFormat.call(0, this, [values]);
  if (isCelError(text)) throw new Error(text.message);
  return bounded(text as string);
}

/** The functions that make longer texts of given ones. */
export const texts: CelFunc[] = [
  celFunc('_+_', [STRING, STRING], STRING, (a, b) => bounded(a + b)),
  celFunc('_+_', [BYTES, BYTES], BYTES, (a, b) => {
    refuseAbove(a.length + b.length);
    const both = new Uint8Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  }),
  celMethod('join', anyList, [], STRING, join),
  celMethod('join', anyList, [STRING], STRING, join),
  celMethod('replace', STRING, [STRING, STRING], STRING, replace),
  celMethod('replace', STRING, [STRING, STRING, INT], STRING, replace),
  celMethod('format', STRING, [anyList], STRING, format),
];
