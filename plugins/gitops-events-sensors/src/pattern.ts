/**
 * Whether `value` is `pattern`, or starts with what stands before its trailing `*`.
 *
 * @public
 */
export function matchesPattern(pattern: string, value: string): boolean {
  return pattern.endsWith('*')
    ? value.startsWith(pattern.slice(0, -1))
    : value === pattern;
}

/** Whether one of the patterns matches; none of them: no. @public */
export function matchesAny(patterns: readonly string[], value: string) {
  return patterns.some(pattern => matchesPattern(pattern, value));
}
