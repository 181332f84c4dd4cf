import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { decodeText } from '../render/text';
import { addedLines } from './addedLines';
import { findPlainSecrets } from './findPlainSecrets';
import { findSecrets, type FoundSecret } from './findSecrets';

/**
 * Denies a change that brings a credential into Git: in a file, in a path or in
 * the text of its pull request. Only added lines count: what Git has already is
 * not made worse. What could not be scanned is not written anywhere.
 */
export const secretScan: PolicyCheck = {
  name: 'secret scan',
  version: '3',
  guards: 'commit',
  deadlineMs: 20_000,
  async check(change, { signal }) {
    const reasons: string[] = [];
    for (const { path, patch, binary } of change.diff) {
      signal.throwIfAborted();
      const content = change.files.find(file => file.path === path)?.content;
      if (!content) continue;
      const added = binary ? undefined : addedLines(patch);
      reasons.push(
        ...(await findIn(path, content))
          .filter(found => added === undefined || brings(added, found))
          .map(found => sayOf(`${path}, line ${found.from}`, found)),
      );
    }
    for (const found of await findSecrets('text', textsOf(change))) {
      reasons.push(sayOf('A path, or the text of the pull request', found));
    }
    return {
      check: secretScan.name,
      verdict: reasons.length > 0 ? 'deny' : 'pass',
      reasons,
    };
  },
};

// Runs that share a change are judged with the files of those before them.
const seen = new WeakMap<Uint8Array, Promise<FoundSecret[]>>();

function findIn(path: string, content: Uint8Array): Promise<FoundSecret[]> {
  let found = seen.get(content);
  if (!found) {
    const text = decodeText(content) ?? Buffer.from(content).toString('latin1');
    found = findSecrets(path, text).then(secrets => [
      ...secrets,
      ...findPlainSecrets(path, text),
    ]);
    seen.set(content, found);
    found.catch(() => seen.delete(content));
  }
  return found;
}

function brings(added: Set<number>, { from, to }: FoundSecret): boolean {
  return [...added].some(line => line >= from && line <= to);
}

function textsOf({ texts, diff }: ProposedChange): string {
  return [...texts, ...diff.map(({ path }) => path)].join('\n');
}

function sayOf(place: string, { what, rule }: FoundSecret): string {
  return `${place}: ${what} (rule ${rule}). Keep it in a secret store and refer to it.`;
}
