import { isNode } from 'yaml';
import type { YamlDocument } from '../render/parseYaml';
import {
  essentialProblems,
  isBuiltIn,
  isKubernetesObject,
  isObject,
  type KubernetesObject,
  type ObjectProblem,
} from './kubernetesObject';
import type { KubernetesSchemas } from './KubernetesSchemas';
import { placeOf, readFile, type FileProblem } from './readFile';

export interface FileVerdict {
  unreadable: boolean;
  problems: FileProblem[];
  /** What could be checked only in part, and why. */
  notes: string[];
}

/** What is wrong in a YAML or JSON file; nothing in what is neither. */
export async function fileProblems(
  path: string,
  text: string,
  schemas: KubernetesSchemas | undefined,
): Promise<FileVerdict> {
  const read = readFile(path, text);
  if (!read) return { unreadable: false, problems: [], notes: [] };
  if (read.unreadable) {
    return { unreadable: true, problems: [read.unreadable], notes: [] };
  }
  const problems: FileProblem[] = [];
  const notes = new Set<string>();
  for (const document of read.documents) {
    for (const { object, within } of objectsOf(document)) {
      const told = await objectProblems(object, schemas);
      if (told.note) notes.add(told.note);
      for (const problem of told.problems) {
        problems.push(located(text, document, object, within, problem));
      }
    }
  }
  return { unreadable: false, problems, notes: [...notes] };
}

async function objectProblems(
  object: unknown,
  schemas: KubernetesSchemas | undefined,
): Promise<{ problems: ObjectProblem[]; note?: string }> {
  if (!isKubernetesObject(object)) return { problems: halfAnObject(object) };
  const essentials = essentialProblems(object);
  if (!schemas) return { problems: essentials };
  const bySchema = await schemas.problems(object);
  if (bySchema) return { problems: [...essentials, ...bySchema] };
  const { kind, apiVersion } = object;
  const note = `There is no schema for ${kind} (${apiVersion}); ${isBuiltIn(object) ? 'only its name and labels were checked' : 'it was not checked'}.`;
  return { problems: essentials, note };
}

/** It has the rest of one. */
function halfAnObject(value: unknown): ObjectProblem[] {
  if (!isObject(value) || !isObject(value.metadata)) return [];
  if (typeof value.metadata.name !== 'string') return [];
  const has = (field: string) => typeof value[field] === 'string';
  if (has('kind') === has('apiVersion')) return [];
  const missing = has('kind') ? 'apiVersion' : 'kind';
  return [{ path: [], message: `it has no ${missing}` }];
}

interface Located {
  object: unknown;
  /** Leads to it inside of its document. */
  within: Array<string | number>;
}

/** A document, and what a `List` in it holds. */
function objectsOf(document: YamlDocument): Located[] {
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (isKubernetesObject(value) && value.kind.endsWith('List')) {
    const { items } = value;
    return Array.isArray(items)
      ? items.map((object, at) => ({ object, within: ['items', at] }))
      : [];
  }
  return [{ object: value, within: [] }];
}

function located(
  text: string,
  document: YamlDocument,
  object: unknown,
  within: Array<string | number>,
  problem: ObjectProblem,
): FileProblem {
  const name = nameOf(object);
  return {
    ...placeOf(text, offsetOf(document, [...within, ...problem.path])),
    key: `${name}#${problem.path.join('/')} ${problem.message}`,
    message: name ? `${name}: ${problem.message}` : problem.message,
  };
}

/** Of the field, or of the nearest one around it. */
function offsetOf(
  document: YamlDocument,
  path: Array<string | number>,
): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function nameOf(object: unknown): string {
  if (!isObject(object)) return '';
  const { kind, metadata } = object as Partial<KubernetesObject>;
  return [kind, isObject(metadata) ? metadata.name : undefined]
    .filter(part => typeof part === 'string')
    .join(' ');
}
