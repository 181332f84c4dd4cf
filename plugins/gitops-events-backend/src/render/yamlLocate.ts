import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { EditError } from './editError';
import type { YamlDocument } from './parseYaml';
import { findPair, isEmpty, matches, sourceOf } from './yamlDocuments';
import { formatConditions, formatSteps, type Step } from './yamlPath';

/** What holds a value. */
export type Slot =
  | { in: 'document'; document: YamlDocument }
  | { in: 'map'; map: YAMLMap.Parsed; index: number }
  | { in: 'list'; list: YAMLSeq.Parsed; index: number };

/** Where a path leads; `flow` when that is inside of `{}` or `[]`. */
export type Place = {
  slot: Slot;
  flow: boolean;
  /** The path with items by index, so that it stays true when an edit changes what an item was found by. */
  steps: Step[];
  /** What is left of the path below a null or below a key that is missing. */
  rest: Step[];
} & (
  | { found: 'value'; node: ParsedNode | null }
  /** The map has no such key. */
  | { found: 'map'; map: YAMLMap.Parsed; key: string }
  /** The list to add to. */
  | { found: 'list'; list: YAMLSeq.Parsed }
);

/** @throws EditError `pathNotFound`, `itemMissing`, or `sharedValue` for aliases and merge keys. */
export function locate(document: YamlDocument, path: Step[]): Place {
  let slot: Slot = { in: 'document', document };
  let node: ParsedNode | null = document.contents;
  let flow = false;
  const steps = [...path];

  for (const [index, step] of path.entries()) {
    const rest = path.slice(index);
    const here = formatSteps(path.slice(0, index)) || 'the document';
    refuseAlias(node, here);
    if (isEmpty(node) || (isScalar(node) && node.value === null)) {
      return { found: 'value', slot, node, flow, steps, rest };
    }
    if (step.kind === 'key') {
      if (!isMap(node)) throw notA('map', here);
      if (step.key === '<<') throw mergeKey();
      const map = node as YAMLMap.Parsed;
      const { key } = step;
      const pair = findPair(map, key);
      if (!pair) {
        refuseMerged(document, map, rest);
        return {
          found: 'map',
          slot,
          map,
          key,
          flow,
          steps,
          rest: rest.slice(1),
        };
      }
      slot = { in: 'map', map, index: map.items.indexOf(pair) };
      flow ||= isFlow(map);
      node = pair.value;
    } else {
      if (!isSeq(node)) throw notA('list', here);
      const list = node as YAMLSeq.Parsed;
      if (step.kind === 'append') {
        return { found: 'list', slot, list, flow, steps, rest: [] };
      }
      const at = findItem(document, list, step, here);
      steps[index] = { kind: 'index', index: at };
      slot = { in: 'list', list, index: at };
      flow ||= isFlow(list);
      node = list.items[at];
    }
  }
  refuseAlias(node, formatSteps(path));
  return { found: 'value', slot, node, flow, steps, rest: [] };
}

/**
 * The place of a value that stands in the file.
 *
 * @returns undefined when nothing stands there.
 * @throws EditError as `locate` does, but for an item that is missing.
 */
export function placeOf(
  document: YamlDocument,
  steps: Step[],
): Extract<Place, { found: 'value' }> | undefined {
  try {
    const place = locate(document, steps);
    return place.found === 'value' && place.rest.length === 0
      ? place
      : undefined;
  } catch (error) {
    if (error instanceof EditError && error.code === 'itemMissing') {
      return undefined;
    }
    throw error;
  }
}

export function isFlow(node: ParsedNode | null): boolean {
  return node?.srcToken?.type === 'flow-collection';
}

function findItem(
  document: YamlDocument,
  list: YAMLSeq.Parsed,
  step: Extract<Step, { kind: 'index' | 'item' }>,
  here: string,
): number {
  if (step.kind === 'index') {
    if (step.index < list.items.length) return step.index;
    throw new EditError(
      'itemMissing',
      `The list ${here} has ${list.items.length} items, so there is no [${step.index}]; [+] adds one.`,
    );
  }
  const found = [...list.items.keys()].filter(at =>
    matches(document, list.items[at], step.where),
  );
  if (found.length === 1) return found[0];
  throw new EditError(
    found.length === 0 ? 'itemMissing' : 'pathNotFound',
    found.length === 0
      ? `No item of the list ${here} has ${formatConditions(step.where)}.`
      : `${found.length} items of the list ${here} have ${formatConditions(step.where)}; name more fields.`,
  );
}

function notA(kind: string, here: string): EditError {
  return new EditError('pathNotFound', `${here} is not a ${kind}.`);
}

function mergeKey(): EditError {
  return new EditError(
    'sharedValue',
    'A merge key (<<) is not set by an edit; set the keys where its anchor stands.',
  );
}

function refuseAlias(node: ParsedNode | null, here: string): void {
  if (!isAlias(node)) return;
  throw new EditError(
    'sharedValue',
    `${here} is the alias *${node.source}, which other places share; set the value where &${node.source} stands.`,
  );
}

/** A key of its own overrides a merged one, but a map would hide all the rest of the merged map. */
function refuseMerged(
  document: YamlDocument,
  map: YAMLMap.Parsed,
  rest: Step[],
): void {
  const [step] = rest;
  if (rest.length < 2 || step.kind !== 'key') return;
  const merges = map.items.some(
    pair => isScalar(pair.key) && sourceOf(pair.key) === '<<',
  );
  const merged = merges && (map.toJS(document) as Record<string, unknown>);
  if (merged && Object.hasOwn(merged, step.key)) {
    throw new EditError(
      'sharedValue',
      `${step.key} comes from a merge key (<<), which other places share; set the value where its anchor stands.`,
    );
  }
}
