import { isDeepStrictEqual } from 'node:util';
import type { ParsedNode } from 'yaml';
import { EditError } from './editError';
import { parseYaml, type YamlDocument, type YamlVersion } from './parseYaml';
import { selectDocument, valueOf } from './yamlDocuments';
import { locate, type Place } from './yamlLocate';
import {
  formatSteps,
  parseYamlPath,
  type Step,
  type YamlPath,
} from './yamlPath';
import { applySplices, splicesFor, type Splice } from './yamlSplice';
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
  const target = parseYamlPath(path);
  const documents = readYaml(text, '1.2');
  const document = selectDocument(documents, target.document);
  if (!document) {
    return finish(text, target, value, undefined, [
      { from: text.length, to: text.length, text: '' },
    ]);
  }
  const place = locate(document, target.steps);
  const before = present(document, place, value);
  if (before.same && saysSo(text, target, value, '1.1')) {
    return { text, before: before.value };
  }
  const wanted = nest(remaining(place), value);
  return finish(
    text,
    target,
    value,
    before.value,
    splicesFor(text, document, place, wanted),
  );
}

function readYaml(text: string, version: YamlVersion): YamlDocument[] {
  return parseYaml(text, { version, keepSourceTokens: true });
}

function finish(
  text: string,
  target: YamlPath,
  value: PlainValue,
  before: unknown,
  splices: Splice[],
): YamlEditResult {
  const after = applySplices(text, splices);
  for (const version of ['1.2', '1.1'] as const) {
    if (!saysSo(after, target, value, version)) {
      throw new EditError(
        'valueNotWritable',
        `${formatSteps(target.steps)} cannot be set here so that every reader takes it as meant; edit this file by hand.`,
      );
    }
  }
  return { text: after, before };
}

/** Whether a reader of that version finds the value at the path. */
function saysSo(
  text: string,
  target: YamlPath,
  value: PlainValue,
  version: YamlVersion,
): boolean {
  try {
    const document = selectDocument(readYaml(text, version), target.document);
    return (
      document !== undefined &&
      present(document, locate(document, target.steps), value).same
    );
  } catch (error) {
    if (error instanceof EditError) return false;
    throw error;
  }
}

function present(
  document: YamlDocument,
  place: Place,
  value: PlainValue,
): { same: boolean; value: unknown } {
  if (place.found === 'map') return { same: false, value: undefined };
  if (place.found === 'list') {
    const has = place.list.items.some(item =>
      isDeepStrictEqual(valueOf(document, item), value),
    );
    return { same: has, value: has ? value : undefined };
  }
  const now =
    place.node === null ? null : valueOf(document, place.node as ParsedNode);
  const same = place.rest.length === 0 && isDeepStrictEqual(now, value);
  return { same, value: place.rest.length === 0 ? now : undefined };
}

function remaining(place: Place): Step[] {
  if (place.found === 'list') return [];
  return place.rest;
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
