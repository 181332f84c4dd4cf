import { createHash } from 'node:crypto';
import {
  splitRepositoryPath,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import { parseYamlDocuments } from '@gitops-events/plugin-gitops-events-sensors';
import { LineCounter } from 'yaml';

/** A file as it should be in the folder. */
export interface WantedFile {
  content: Uint8Array;
  digest: string;
  executable: boolean;
  /** Why it would not be healthy, though it is applied. */
  problem?: string;
}

/** What a commit wants a folder to hold, and why it would not be healthy. */
export interface Wanted {
  /** By path relative to the folder. */
  files: ReadonlyMap<string, WantedFile>;
  problems: string[];
}

/** Names in the folder that are ours: the state of the tracker. */
export const stateFolder = '.gitops-events';
export const revisionFile = '.gitops-events-revision';

/**
 * Pure: from what was read at `path` of a commit to what the folder should hold.
 *
 * @param before - what the commit before wanted: a file that is the same need not be parsed again
 */
export function wantedFiles(
  path: string,
  read: RepositoryFile[],
  before?: Wanted,
): Wanted {
  const files = new Map<string, WantedFile>();
  const problems: string[] = [];
  const prefix = path === '.' ? '' : `${path}/`;
  for (const { path: whole, mode, content } of read) {
    const name = whole.slice(prefix.length);
    const refusal = refusalOf(name, mode);
    if (refusal) {
      problems.push(refusal);
      continue;
    }
    const digest = digestOf(content);
    const known = before?.files.get(name);
    const problem =
      known?.digest === digest ? known.problem : invalidYaml(name, content);
    const executable = mode === '100755';
    files.set(name, { content, digest, executable, problem });
    if (problem) problems.push(problem);
  }
  return { files, problems };
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function refusalOf(
  name: string,
  mode: RepositoryFile['mode'],
): string | undefined {
  if (mode === '120000') return `${name} is a symbolic link; it is not applied`;
  // A commit that was pushed by hand can hold names that we would never write.
  try {
    const [first] = splitRepositoryPath(name);
    return first === stateFolder || first === revisionFile
      ? `${name} is a name of the tracker's own; rename it`
      : undefined;
  } catch (error) {
    return `${(error as Error).message}; it is not applied`;
  }
}

function invalidYaml(name: string, content: Uint8Array): string | undefined {
  if (!/\.ya?ml$/i.test(name)) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return `${name} is not UTF-8`;
  }
  const lines = new LineCounter();
  const documents = parseYamlDocuments(text, { lineCounter: lines });
  for (const { errors } of documents) {
    if (errors.length > 0) {
      const { line } = lines.linePos(errors[0].pos[0]);
      return `${name} line ${line} is not valid YAML: ${errors[0].message}`;
    }
  }
  return undefined;
}
