import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';

const maxReasons = 20;
const maxCharacters = 500;

/** Reasons as people read them: not too many, each on one line and not too long, without what looks like a secret. */
export function shownReasons(reasons: readonly string[]): string[] {
  const shown = reasons.slice(0, maxReasons).map(reason => {
    const text = String(maskSecrets(reason.slice(0, 4 * maxCharacters)));
    const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
    return line.length > maxCharacters
      ? `${line.slice(0, maxCharacters - 1)}…`
      : line;
  });
  const more = reasons.length - shown.length;
  return more > 0 ? [...shown, `And ${more} more.`] : shown;
}
