import { decodeText } from '../render/text';
import { readDocuments } from './readDocuments';

/** Kinds that say who may do what, by the group they are of; undefined: of whatever group. */
const kinds: ReadonlyArray<{ kind: string; group?: string; called: string }> = [
  { kind: 'AppProject', called: 'an AppProject' },
  { kind: 'Sensor', group: 'gitops-events.io', called: 'a sensor of ours' },
];
const word = new RegExp(`\\b(${kinds.map(({ kind }) => kind).join('|')})\\b`);
const takenAway = new RegExp(`^-.*${word.source}`, 'm');

/**
 * What a changed file holds, or held, that grants rights: told by its content,
 * since such a thing may lie anywhere. What cannot be read is judged by its text.
 */
export function grantsRights(
  path: string,
  patch: string,
  content: Uint8Array | undefined,
): string | undefined {
  const text = (content && decodeText(content)) ?? '';
  const documents = mayHold(text) ? readDocuments(path, text) : [];
  if (documents === undefined) return called(word.exec(text)?.[1]);
  const found = documents.map(findIn).find(Boolean);
  return found ?? called(takenAway.exec(patch)?.[1]);
}

/** Only an escape sequence can spell it otherwise. */
function mayHold(text: string): boolean {
  return word.test(text) || text.includes('\\');
}

/** Also inside of a `List`. */
function findIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, apiVersion } = value as Record<string, unknown>;
  const one = kinds.find(
    ({ kind: name, group }) =>
      name === kind &&
      (group === undefined || String(apiVersion).startsWith(`${group}/`)),
  );
  return one?.called ?? Object.values(value).map(findIn).find(Boolean);
}

function called(kind: string | undefined): string | undefined {
  return kinds.find(one => one.kind === kind)?.called;
}
