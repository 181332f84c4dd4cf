import { readFile } from 'node:fs/promises';
import { command } from 'cleye';
import { exitCodes } from '../exitCodes';
import { findFiles, isSensorFile } from '../files/findFiles';
import { count, problemLines, type FileProblem } from '../files/problemLines';
import { renderHelp } from '../help';
import { readKnown, type Known } from '../lint/known';
import { lintFile } from '../lint/lintFile';
import { uncheckedIn } from '../lint/unchecked';
import type { Terminal } from '../terminal';

export const lintCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'lint',
      parameters: ['<files...>'],
      flags: {
        config: {
          type: [String],
          placeholder: '<file>',
          description:
            'app-config.yaml with the boundaries that sensors must keep and the secrets that there are; a later one goes before',
        },
        installation: {
          type: String,
          placeholder: '<file>',
          description:
            'What GET /api/gitops-events/v1/installation of the portal answered: actions of modules, secrets, boundaries',
        },
        strict: {
          type: Boolean,
          description: 'Warnings fail too',
        },
        json: {
          type: Boolean,
          description: 'Print one JSON document instead of lines',
        },
      },
      help: {
        description:
          'Check sensors; exits with 1 when one has an error, with 2 when a file cannot be read',
        examples: [
          'gitops-events lint sensors/',
          'gitops-events lint --strict --config app-config.yaml sensors/',
          'gitops-events lint --installation installation.json sensors/',
          'gitops-events lint --json sensors/promote-image.yaml',
        ],
        render: renderHelp,
      },
    },
    ({ _: { files }, flags }) =>
      run(async () => {
        const known = await readKnown(flags);
        const { problems, unchecked } = await lintFiles(files, known);
        const errors = problems.filter(({ severity }) => severity === 'error');
        const warnings = problems.length - errors.length;
        if (flags.json) {
          terminal.print(JSON.stringify({ problems, unchecked }, null, 2));
        } else {
          for (const line of problemLines(problems)) terminal.print(line);
          for (const what of unchecked) terminal.print(`Not checked: ${what}`);
          terminal.print(
            problems.length === 0
              ? 'No problems.'
              : `${count(errors.length, 'error')}, ${count(warnings, 'warning')}.`,
          );
        }
        const failed = errors.length + (flags.strict ? warnings : 0) > 0;
        return failed ? exitCodes.found : exitCodes.fine;
      }),
  );

async function lintFiles(
  names: string[],
  known: Known,
): Promise<{ problems: FileProblem[]; unchecked: string[] }> {
  const files = await findFiles(names, isSensorFile);
  const problems: FileProblem[] = [];
  const unknownActions: string[] = [];
  for (const file of files) {
    const linted = lintFile(await readFile(file, 'utf8'), known);
    problems.push(...linted.problems.map(problem => ({ file, ...problem })));
    unknownActions.push(...linted.unknownActions);
  }
  return { problems, unchecked: uncheckedIn(known, unknownActions) };
}
