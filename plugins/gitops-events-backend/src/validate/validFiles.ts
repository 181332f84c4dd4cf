import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { decodeText } from '../render/text';
import { fileProblems, type FileVerdict } from './fileProblems';
import { KubernetesSchemas } from './KubernetesSchemas';

type Files = ProposedChange['files'];

/**
 * Denies a change that breaks a file: YAML and JSON that cannot be read, objects
 * that no cluster would take. What was wrong before the change is not its matter.
 *
 * @param schemaFolder - JSON Schemas of Kubernetes kinds
 */
export function validFiles(schemaFolder?: string): PolicyCheck {
  const name = 'valid files';
  const schemas =
    schemaFolder === undefined
      ? undefined
      : new KubernetesSchemas(schemaFolder);
  // Runs that share a change are judged with the files of those before them.
  const seen = new WeakMap<Uint8Array, Promise<FileVerdict>>();

  const look = (path: string, content: Uint8Array): Promise<FileVerdict> => {
    let verdict = seen.get(content);
    if (!verdict) {
      verdict = fileProblems(path, decodeText(content) ?? '', schemas);
      seen.set(content, verdict);
      verdict.catch(() => seen.delete(content));
    }
    return verdict;
  };

  const problemsOf = async ({ path, content, before }: Files[number]) => {
    const after = await look(path, content);
    if (after.problems.length === 0) return { notes: after.notes, broken: [] };
    const earlier = before && (await look(path, before));
    if (earlier?.unreadable) return { notes: after.notes, broken: [] };
    const known = new Set(earlier?.problems.map(({ key }) => key));
    const broken = after.problems
      .filter(({ key }) => !known.has(key))
      .map(
        ({ line, column, message }) =>
          `${path}, line ${line}, column ${column}: ${message}.`,
      );
    return { notes: after.notes, broken };
  };

  return {
    name,
    version: schemaFolder,
    async check({ files, diff }, { signal }) {
      const changed = new Set(diff.map(({ path }) => path));
      const broken: string[] = [];
      const notes = new Set<string>();
      for (const file of files.filter(({ path }) => changed.has(path))) {
        signal.throwIfAborted();
        const told = await problemsOf(file);
        broken.push(...told.broken);
        for (const note of told.notes) notes.add(note);
      }
      return broken.length > 0
        ? { check: name, verdict: 'deny', reasons: broken }
        : { check: name, verdict: 'pass', reasons: [...notes] };
    },
  };
}
