import { EditError } from '../render/editError';
import type { EditRecord } from '../render/editRecord';
import { parseYaml } from '../render/parseYaml';
import { sameValue } from '../render/sameValue';
import { swapsBack } from '../render/swappedLines';
import { readYamlValue, setYamlValue } from '../render/yamlEdit';
import {
  formatConditions,
  formatSteps,
  parseYamlPath,
} from '../render/yamlPath';
import { removeYamlValue } from '../render/yamlRemove';
import type { PlainValue } from '../render/yamlWrite';
import type { TakenBack } from './takenBack';

type Edit = Pick<EditRecord, 'before' | 'after' | 'lines'> & { path: string };

/**
 * Takes one edit of a YAML text back: where the file still says `after`, it says
 * `before` again. Pure.
 *
 * What it says decides what is written, its lines decide how: the old lines come
 * back as they were where the file then differs from now in this one value, else
 * the value is set anew.
 *
 * @param force - also where somebody changed it since
 */
export function takeBackYaml(
  text: string,
  record: Edit,
  force: boolean,
): TakenBack {
  const edit = { ...record, path: placedPath(text, record) };
  const { path, before, after } = edit;
  if (after === undefined && isItem(path))
    return putItemBack(text, edit, force);
  const now = standsAt(text, path);
  if (sameValue(now, before)) return { outcome: 'already' };
  if (!sameValue(now, after) && !force) return { outcome: 'conflict', now };
  const wanted = orNothing(() => written(text, path, before));
  const back = asItWas(text, edit, wanted) ?? wanted;
  return back === undefined
    ? { outcome: 'conflict', now }
    : { outcome: 'back', text: back, path, now };
}

/** Other items have moved up since: only where it stood in its old lines its place is certain. */
function putItemBack(text: string, edit: Edit, force: boolean): TakenBack {
  const { path, before } = edit;
  const list = standsAt(text, listOf(path));
  const items = Array.isArray(list) ? list : [];
  if (items.some(item => sameValue(item, before)))
    return { outcome: 'already' };
  const back =
    asItWas(text, edit, undefined) ??
    (force
      ? orNothing(() => written(text, `${listOf(path)}[+]`, before))
      : undefined);
  return back === undefined
    ? { outcome: 'conflict', now: list }
    : { outcome: 'back', text: back, path, now: undefined };
}

/** The text with its old lines, where nothing but this value differs then. */
function asItWas(
  text: string,
  { path, before, after, lines }: Edit,
  wanted: string | undefined,
): string | undefined {
  if (!lines) return undefined;
  for (const candidate of swapsBack(text, lines)) {
    if (wanted !== undefined && sameDocuments(candidate, wanted)) {
      return candidate;
    }
    // Or the edit made once more leads to what is there: maps it had to make are gone as well.
    const again =
      sameValue(standsAt(candidate, path), before) &&
      orNothing(() => written(candidate, path, after));
    if (again && sameDocuments(again, text)) return candidate;
  }
  return undefined;
}

function written(text: string, path: string, value: unknown): string {
  return value === undefined
    ? removeYamlValue(text, path).text
    : setYamlValue(text, path, value as PlainValue).text;
}

/** Undefined where nothing stands, or the way there is gone. */
function standsAt(text: string, path: string): unknown {
  return orNothing(() => readYamlValue(text, path));
}

/** `hosts[+]` added an item, which by now has a place. */
function placedPath(text: string, { path, after }: Edit): string {
  if (!path.endsWith('[+]')) return path;
  const list = standsAt(text, path.slice(0, -3));
  const at = Array.isArray(list)
    ? list.findIndex(item => sameValue(item, after))
    : -1;
  return at < 0 ? path : `${path.slice(0, -3)}[${at}]`;
}

function isItem(path: string): boolean {
  const last = parseYamlPath(path).steps.at(-1)!;
  return last.kind === 'index' || last.kind === 'item';
}

/** The path of the list that an item is in. */
function listOf(path: string): string {
  const { document, steps } = parseYamlPath(path);
  const where = document.length > 0 ? `[${formatConditions(document)}]/` : '';
  return where + formatSteps(steps.slice(0, -1));
}

function sameDocuments(a: string, b: string): boolean {
  const [these, those] = [a, b].map(text =>
    orNothing(() => parseYaml(text).map(document => document.toJS())),
  );
  return these !== undefined && those !== undefined && sameValue(these, those);
}

/** What cannot be read or written is no answer. */
function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof EditError || error instanceof ReferenceError) {
      return undefined;
    }
    throw error;
  }
}
