import type { FileProblem } from '../files/problemLines';
import type { CaseResult } from './runTestFile';

/** What became of one test file. */
export interface FileResult {
  file: string;
  cases: CaseResult[];
  /** Why it could not be run. */
  problems: FileProblem[];
}

/** The results as JUnit XML, which every CI reads: one suite a file. */
export function junit(results: FileResult[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...results.flatMap(suite),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ file, cases, problems }: FileResult): string[] {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  return [
    `  <testsuite name="${escape(file)}" tests="${cases.length + problems.length}" failures="${failed}" errors="${problems.length}">`,
    ...problems.map(
      ({ line, column, message }) =>
        `    <testcase name="line ${line}, column ${column}" classname="${escape(file)}"><error message="${escape(message)}"/></testcase>`,
    ),
    ...cases.map(({ name, failures, milliseconds }) => {
      const start = `    <testcase name="${escape(name)}" classname="${escape(file)}" time="${milliseconds / 1000}"`;
      return failures.length === 0
        ? `${start}/>`
        : `${start}><failure message="${escape(failures[0])}">${escape(failures.join('\n'))}</failure></testcase>`;
    }),
    '  </testsuite>',
  ];
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

function escape(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '\ufffd')
    .replace(/[&<>"\n]/g, sign => entities[sign]);
}
