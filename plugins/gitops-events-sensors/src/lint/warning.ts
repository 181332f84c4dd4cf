/** Rules of {@link lintSensor}; `docs/linter.md` has a line for each. @public */
export const lintRules = [
  'no-ingress',
  'filter-always-true',
  'filter-never-true',
  'duplicate-dependency',
  'unused-dependency',
  'self-triggering',
  'missing-dedupe',
  'dedupe-by-identity',
  'unused-param',
  'nothing-to-wait-for',
  'merge-when-unused',
  'draft-unused',
  'breaker-without-target',
  'breaker-never-waits',
  'always-active',
  'open-secret',
  'window-across-partitions',
  'never-fires',
] as const;

/** Something that works but is rarely meant. @public */
export interface LintWarning {
  rule: (typeof lintRules)[number];
  /** Says what to mend. */
  message: string;
  /** Keys and places that lead to it in the document. */
  path: Array<string | number>;
}
