import { isMap, type YAMLMap, type YAMLSeq } from 'yaml';
import { EditError } from './editError';
import {
  parseYaml,
  parseYamlAnew,
  type YamlDocument,
  type YamlVersion,
} from './parseYaml';
import { sameValue } from './sameValue';
import { findPair, isEmpty, selectDocument, valueOf } from './yamlDocuments';
import type { YamlEditResult } from './yamlEdit';
import { isFlow, locate, placeOf, type Place, type Slot } from './yamlLocate';
import { parseYamlPath, type Step } from './yamlPath';
import {
  contentEnd,
  itemStart,
  itemValueStart,
  lineEnd,
  lineStart,
  pairEnd,
  pairStart,
} from './yamlSpan';
import { applySplices, splicesFor, type Splice } from './yamlSplice';

type Held = Exclude<Slot, { in: 'document' }>;

/**
 * Takes one key of a map or one item of a list out of a YAML text and leaves
 * every other byte as it is; comments on lines of their own stay. What is not
 * there needs no removing. A map or list that loses its last entry becomes `{}`
 * or `[]`.
 *
 * What is left is read back as YAML 1.1 and 1.2: a text that would say anything
 * else than before without that value is refused.
 *
 * @throws EditError with a sentence for the author of the edit.
 */
export function removeYamlValue(text: string, path: string): YamlEditResult {
  const { document: where, steps } = parseYamlPath(path);
  if (steps.at(-1)!.kind === 'append') {
    throw new EditError(
      'pathInvalid',
      `The path "${path}" adds to a list; say which item to remove, such as [0] or [name=web].`,
    );
  }
  const documents = parseYaml(text);
  const at = selectDocument(documents, where);
  const place = placeOf(documents[at], steps);
  if (!place) {
    refuseMerged(documents[at], steps, path);
    return { text, before: undefined };
  }
  const { slot, node } = place;
  const before = node === null ? null : valueOf(documents[at], node);
  const after = applySplices(
    text,
    splicesWithout(text, documents[at], place.steps, slot as Held),
  );
  const versions: YamlVersion[] = ['1.2', '1.1'];
  if (!versions.every(each => isWithout(text, after, at, place.steps, each))) {
    throw new EditError(
      'valueNotWritable',
      `${path} cannot be removed here without changing what else the file says; edit this file by hand.`,
    );
  }
  return { text: after, before };
}

function splicesWithout(
  text: string,
  document: YamlDocument,
  steps: Step[],
  slot: Held,
): Splice[] {
  const { container, index } =
    slot.in === 'map'
      ? { container: slot.map, index: slot.index }
      : { container: slot.list, index: slot.index };
  if (container.items.length === 1) return emptied(text, document, steps);
  const { start, end } = spanOf(text, slot, index);
  if (isFlow(container)) {
    const isLast = index === container.items.length - 1;
    const splice = isLast
      ? { from: spanOf(text, slot, index - 1).end, to: end }
      : { from: start, to: spanOf(text, slot, index + 1).start };
    return [{ ...splice, text: '' }];
  }
  return [{ ...wholeLines(text, start, end), text: '' }];
}

/** The map or list of the last entry, with nothing in it. */
function emptied(
  text: string,
  document: YamlDocument,
  steps: Step[],
): Splice[] {
  const place = locate(document, steps.slice(0, -1)) as Extract<
    Place,
    { found: 'value' }
  >;
  const container = place.node as YAMLMap.Parsed | YAMLSeq.Parsed;
  const empty = isMap(container) ? '{}' : '[]';
  if (place.slot.in === 'document' || isFlow(container)) {
    const [from] = container.range;
    const to = isFlow(container)
      ? container.range[1]
      : contentEnd(text, container);
    return [{ from, to, text: empty }];
  }
  return splicesFor(text, document, place, isMap(container) ? {} : []);
}

/** An entry from its first sign (`?`, `-`, an anchor, its key) to the end of its value. */
function spanOf(
  text: string,
  slot: Held,
  index: number,
): { start: number; end: number } {
  if (slot.in === 'map') {
    const { map } = slot;
    return { start: pairStart(map, index), end: pairEnd(text, map, index) };
  }
  const { list } = slot;
  const item = list.items[index];
  return {
    start: itemStart(list, index),
    end: isEmpty(item) ? itemValueStart(list, index) : contentEnd(text, item),
  };
}

/** The lines of an entry; where it starts behind a dash, the next one moves up. */
function wholeLines(
  text: string,
  start: number,
  end: number,
): { from: number; to: number } {
  const head = lineStart(text, start);
  const below = lineEnd(text, end);
  if (head.trim() === '') {
    const behind = /^\r?\n/.exec(text.slice(below))?.[0].length;
    const from = start - head.length;
    if (behind !== undefined) return { from, to: below + behind };
    const before = /\r?\n$/.exec(text.slice(0, from))?.[0].length ?? 0;
    return { from: from - before, to: below };
  }
  const gap = /^\s*/.exec(text.slice(below))![0].length;
  return { from: start, to: below + gap };
}

/** Whether a reader finds what it found before, without that one entry, and without any doubt. */
function isWithout(
  before: string,
  after: string,
  at: number,
  steps: Step[],
  version: YamlVersion,
): boolean {
  try {
    const expected = parseYamlAnew(before, version);
    const last = steps.at(-1)!;
    const container = locate(expected[at], steps.slice(0, -1)) as Extract<
      Place,
      { found: 'value' }
    >;
    const { items } = container.node as YAMLMap.Parsed;
    const index =
      last.kind === 'index'
        ? last.index
        : items.indexOf(
            findPair(
              container.node as YAMLMap.Parsed,
              (last as { key: string }).key,
            )!,
          );
    items.splice(index, 1);
    const found = parseYaml(after, version);
    return (
      found.length === expected.length &&
      found.every((document, n) =>
        sameValue(document.toJS(), expected[n].toJS()),
      )
    );
  } catch (error) {
    if (error instanceof EditError || error instanceof ReferenceError) {
      return false;
    }
    throw error;
  }
}

/** What comes from a merge key is there for every reader, but not here. */
function refuseMerged(
  document: YamlDocument,
  steps: Step[],
  path: string,
): void {
  const found = steps.reduce<unknown>(
    (value, step) =>
      step.kind === 'key' && typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[step.key]
        : undefined,
    document.toJS(),
  );
  if (found === undefined) return;
  throw new EditError(
    'sharedValue',
    `${path} comes from a merge key (<<), which other places share; remove it where its anchor stands.`,
  );
}
