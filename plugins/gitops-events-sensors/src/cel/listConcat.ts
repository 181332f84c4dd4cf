import {
  celFunc,
  celList,
  CelScalar,
  listType,
  type CelFunc,
  type CelList,
  type CelValue,
} from '@bufbuild/cel';

/**
 * The first `size` of `items`. Lists that grew from each other share their
 * items, so that a loop which appends is linear: `map` and `filter` are such
 * loops. CEL's own concatenation keeps a chain of lists, which cost the square of its
 * length to read and ran out of stack at some 7,000 items.
 */
class ListView {
  constructor(
    readonly items: CelValue[],
    readonly size: number,
  ) {}

  get(index: number): CelValue | undefined {
    return index < this.size ? this.items[index] : undefined;
  }

  *values(): Generator<CelValue> {
    for (let at = 0; at < this.size; at++) yield this.items[at];
  }

  [Symbol.iterator]() {
    return this.values();
  }
}

// The mark by which CEL knows its own lists.
for (const mark of Object.getOwnPropertySymbols(celList([]))) {
  Object.defineProperty(ListView.prototype, mark, { value: {} });
}

/** A thread's heap limit ends the whole process when one list is larger than what is left of it. */
const maxSize = 500_000;

function concat(left: CelList, right: CelList): CelList {
  if (left.size + right.size > maxSize) {
    throw new RangeError(`it makes a list of more than ${maxSize} items`);
  }
  const view: unknown = left;
  // Another list may have grown from this one already.
  const isNewest = view instanceof ListView && view.items.length === view.size;
  const items = isNewest ? view.items : [...left];
  for (const item of right) items.push(item);
  return new ListView(items, items.length) as unknown as CelList;
}

const anyList = listType(CelScalar.DYN);

/** `+` of two lists. */
export const listConcat: CelFunc = celFunc(
  '_+_',
  [anyList, anyList],
  anyList,
  concat,
);
