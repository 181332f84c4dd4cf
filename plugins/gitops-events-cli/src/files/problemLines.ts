import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';

/** A problem and the file it is in. */
export interface FileProblem extends ProblemMark {
  file: string;
}

/** One line a problem, as editors and CI read them: `file:line:column`. */
export function problemLines(problems: FileProblem[]): string[] {
  return problems.map(
    ({ file, line, column, severity, message, rule }) =>
      `${file}:${line}:${column}: ${severity}: ${message} (${rule})`,
  );
}

/** `2 errors`, `1 error`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
