import { writeFile } from 'node:fs/promises';
import { command } from 'cleye';
import { exitCodes, UserError } from '../exitCodes';
import { findFiles, isTestFile } from '../files/findFiles';
import { problemLines } from '../files/problemLines';
import { renderHelp } from '../help';
import type { Terminal } from '../terminal';
import { junit, type FileResult } from '../testFile/junit';
import { readTestFile } from '../testFile/readTestFile';
import { runTestFile } from '../testFile/runTestFile';

export const testCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'test',
      parameters: ['<files...>'],
      flags: {
        junit: {
          type: String,
          placeholder: '<file>',
          description: 'Write the results as JUnit XML too',
        },
        json: {
          type: Boolean,
          description: 'Print one JSON document instead of lines',
        },
      },
      help: {
        description:
          'Run the test files beside sensors; exits with 1 when a test fails, with 2 when a file cannot be read',
        examples: [
          'gitops-events test sensors/',
          'gitops-events test sensors/promote-image.test.yaml',
          'gitops-events test --junit report.xml sensors/',
        ],
        render: renderHelp,
      },
    },
    ({ _: { files }, flags }) =>
      run(async () => {
        const results: FileResult[] = [];
        for (const file of await findFiles(files, isTestFile)) {
          const result = await testFile(file);
          if (!flags.json) tell(terminal, result);
          results.push(result);
        }
        const { passed, failed } = countCases(results);
        if (flags.json) {
          terminal.print(
            JSON.stringify({ passed, failed, files: results }, null, 2),
          );
        } else {
          terminal.print(`${passed} passed, ${failed} failed.`);
        }
        if (flags.junit) await writeReport(flags.junit, junit(results));
        return failed > 0 ? exitCodes.found : exitCodes.fine;
      }),
  );

async function testFile(file: string): Promise<FileResult> {
  const test = await readTestFile(file);
  if ('problems' in test) return { file, cases: [], ...test };
  return { file, cases: await runTestFile(test), problems: [] };
}

function tell(terminal: Terminal, { file, cases, problems }: FileResult): void {
  terminal.print(file);
  for (const line of problemLines(problems)) terminal.print(`  ${line}`);
  for (const { name, failures } of cases) {
    terminal.print(`  ${failures.length === 0 ? '✓' : '✗'} ${name}`);
    for (const line of failures.join('\n').split('\n').filter(Boolean)) {
      terminal.print(`      ${line}`);
    }
  }
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${(error as Error).message}. Name a file in a folder that is there.`,
    );
  }
}

/** A file that cannot be run counts as one that failed. */
function countCases(results: FileResult[]): { passed: number; failed: number } {
  const cases = results.flatMap(result => result.cases);
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const broken = results.filter(({ problems }) => problems.length > 0).length;
  return { passed: cases.length - failed, failed: failed + broken };
}
