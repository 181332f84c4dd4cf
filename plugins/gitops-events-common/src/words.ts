import type { Target } from './run';

/**
 * Milliseconds as a person says them: `420 ms`, `1.9 s`, `12 s`, `4 min`, `3 h`, `2 d`.
 *
 * @public
 */
export function durationInWords(ms: number): string {
  const milliseconds = Math.max(0, Math.round(ms));
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 59.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  if (hours < 47.5) return `${Math.round(hours)} h`;
  return `${Math.round(hours / 24)} d`;
}

/**
 * The name within an entity reference or a principal: `ana` for
 * `user:default/ana via plugin:scaffolder`, `registry` for `external:registry`.
 *
 * @public
 */
export function nameInWords(ref: string): string {
  const [who] = ref.split(' via ');
  return who.slice(Math.max(who.lastIndexOf('/'), who.indexOf(':')) + 1);
}

const refPattern =
  /\b(?:user|group|component|system|api|resource|domain):[\w.-]+\/[\w.-]*\w/gi;

/**
 * A sentence cut at the entity references in it. Sentences of the API name
 * people and teams by reference, so that a page can show their names and link
 * them; {@link namesInWords} is for places that take plain text.
 *
 * @public
 */
export function partsOfSentence(
  sentence: string,
): Array<{ text: string } | { ref: string }> {
  const parts: Array<{ text: string } | { ref: string }> = [];
  let end = 0;
  for (const match of sentence.matchAll(refPattern)) {
    if (match.index > end) {
      parts.push({ text: sentence.slice(end, match.index) });
    }
    parts.push({ ref: match[0] });
    end = match.index + match[0].length;
  }
  if (end < sentence.length) parts.push({ text: sentence.slice(end) });
  return parts;
}

/**
 * A sentence with short names for the references in it: `Approved by pia`.
 *
 * @public
 */
export function namesInWords(sentence: string): string {
  return partsOfSentence(sentence)
    .map(part => ('ref' in part ? nameInWords(part.ref) : part.text))
    .join('');
}

/**
 * What people call a repository: `deployments` of `local:deployments`,
 * `acme/deployments` of its URL.
 *
 * @public
 */
export function repositoryInWords(repository: string): string {
  return repository
    .replace(/^local:/, '')
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/\.git$/, '');
}

/**
 * `staging`, or `staging, cluster eu-1, tenant acme`.
 *
 * @public
 */
export function targetInWords(target: Target): string {
  const { environment, cluster, tenant } = target;
  return [
    environment,
    cluster && `cluster ${cluster}`,
    tenant && `tenant ${tenant}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** `1 file`, `3 files`. @public */
export function countInWords(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
