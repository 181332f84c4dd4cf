import { readFile } from 'node:fs/promises';
import {
  parseSensors,
  type Boundary,
} from '@gitops-events/plugin-gitops-events-sensors';
import { command } from 'cleye';
import { exitCodes } from '../exitCodes';
import { readBoundaries } from '../files/configuration';
import { findFiles, isSensorFile } from '../files/findFiles';
import { count, problemLines, type FileProblem } from '../files/problemLines';
import { renderHelp } from '../help';
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
          type: String,
          placeholder: '<file>',
          description: 'app-config.yaml whose boundaries the sensors must keep',
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
          'gitops-events lint --json sensors/promote-image.yaml',
        ],
        render: renderHelp,
      },
    },
    ({ _: { files }, flags }) =>
      run(async () => {
        const boundaries =
          flags.config === undefined
            ? undefined
            : await readBoundaries(flags.config);
        const problems = await lintFiles(files, boundaries);
        const errors = problems.filter(({ severity }) => severity === 'error');
        const warnings = problems.length - errors.length;
        if (flags.json) {
          terminal.print(JSON.stringify({ problems }, null, 2));
        } else {
          for (const line of problemLines(problems)) terminal.print(line);
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
  boundaries: Boundary[] | undefined,
): Promise<FileProblem[]> {
  const files = await findFiles(names, isSensorFile);
  const problems: FileProblem[] = [];
  for (const file of files) {
    const parsed = parseSensors(await readFile(file, 'utf8'), { boundaries });
    problems.push(...parsed.problems.map(problem => ({ file, ...problem })));
  }
  return problems;
}
