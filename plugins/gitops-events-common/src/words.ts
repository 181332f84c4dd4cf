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

/** `1 file`, `3 files`. @public */
export function countInWords(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
