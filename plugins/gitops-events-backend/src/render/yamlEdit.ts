import { isCollection, isSeq } from 'yaml';
import { EditError } from './editError';
import { parseYaml, type YamlDocument } from './parseYaml';
import { readsAlike } from './readsAlike';
import { sameValue } from './sameValue';
import { selectDocument, valueOf } from './yamlDocuments';
import { locate, placeOf, type Place } from './yamlLocate';
import { formatSteps, parseYamlPath, type Step } from './yamlPath';
import { applySplices, splicesFor } from './yamlSplice';
import type { PlainValue } from './yamlWrite';

export interface YamlEditResult {
  text: string;
  /** What stood there; undefined when nothing did. */
  before: unknown;
}

/**
 * Sets one value in a YAML text and leaves every other byte as it is: the new
 * value is spliced between the old bytes, nothing is printed anew. What was
 * written is read back as YAML 1.1 and 1.2; a text that would say anything else
 * than `value` there is refused.
 *
 * Missing maps on the way are made; items of a list are not, but `[+]` adds one
 * unless the list has it.
 *
 * @throws EditError with a sentence for the author of the edit.
 */
export function setYamlValue(
  text: string,
  path: string,
  value: PlainValue,
): YamlEditResult {
  const { document: where, steps } = parseYamlPath(path);
  const documents = parseYaml(text);
  const at = selectDocument(documents, where);
  const place = locate(documents[at], steps);
  const now = present(documents[at], place, value);
  const reads = (found: YamlDocument[]) =>
    saysSo(found[at], place.steps, value);
  const readsIn1_1 = (after: string) =>
    readable(() => reads(parseYaml(after, '1.1')));
  const readsInBoth = (after: string) =>
    readable(() => {
      const found = parseYaml(after);
      return reads(found) && (readsAlike(found) || readsIn1_1(after));
    });
  if (now.same && (readsAlike(documents) || readsIn1_1(text))) {
    return { text, before: now.value };
  }

  const wanted = nest(place.rest, value);
  refuseOtherKind(place, wanted, path);
  const after = applySplices(
    text,
    splicesFor(text, documents[at], place, wanted),
  );
  if (!readsInBoth(after)) {
    throw new EditError(
      'valueNotWritable',
      `${path} cannot be set here so that every reader takes it as meant; edit this file by hand.`,
    );
  }
  return { text: after, before: now.value };
}

/**
 * The value at a path, and undefined where nothing stands.
 *
 * @throws EditError as `setYamlValue` does.
 */
export function readYamlValue(text: string, path: string): unknown {
  const { document: where, steps } = parseYamlPath(path);
  const documents = parseYaml(text);
  const document = documents[selectDocument(documents, where)];
  const place = placeOf(document, steps);
  if (!place) return undefined;
  return place.node === null ? null : valueOf(document, place.node);
}

/** Whether a reader finds the value at the path. */
function saysSo(
  document: YamlDocument,
  steps: Step[],
  value: PlainValue,
): boolean {
  return present(document, locate(document, steps), value).same;
}

/** What cannot be read does not say so. */
function readable(reads: () => boolean): boolean {
  try {
    return reads();
  } catch (error) {
    if (error instanceof EditError) return false;
    throw error;
  }
}

/** Merge keys and other aliases rely on an anchored map being a map. */
function refuseOtherKind(place: Place, wanted: PlainValue, path: string): void {
  if (place.found !== 'value' || !isCollection(place.node)) return;
  const { anchor } = place.node;
  const same = isSeq(place.node)
    ? Array.isArray(wanted)
    : typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
  if (anchor === undefined || same) return;
  throw new EditError(
    'sharedValue',
    `${path} is shared as &${anchor}, so it stays a ${isSeq(place.node) ? 'list' : 'map'}; edit this file by hand.`,
  );
}

/** What stands at the place now, and whether it is the value already. */
function present(
  document: YamlDocument,
  place: Place,
  value: PlainValue,
): { same: boolean; value: unknown } {
  if (place.found === 'list') {
    const same = place.list.items.some(item =>
      sameValue(valueOf(document, item), value),
    );
    return { same, value: same ? value : undefined };
  }
  if (place.found === 'map' || place.rest.length > 0) {
    return { same: false, value: undefined };
  }
  const now = place.node === null ? null : valueOf(document, place.node);
  return { same: sameValue(now, value), value: now };
}

/** The value in the maps that are missing around it. */
function nest(rest: Step[], value: PlainValue): PlainValue {
  return rest.reduceRight<PlainValue>((inner, step) => {
    if (step.kind === 'key') return { [step.key]: inner };
    if (step.kind === 'append') return [inner];
    throw new EditError(
      'pathNotFound',
      `There is no list to find ${formatSteps([step])} in.`,
    );
  }, value);
}
