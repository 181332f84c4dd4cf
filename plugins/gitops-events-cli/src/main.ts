import { cli } from 'cleye';
import { ProblemError } from '@gitops-events/plugin-gitops-events-common';
import { version } from '../package.json';
import { auditCommand } from './commands/audit';
import { describeCommand } from './commands/describe';
import { lintCommand } from './commands/lint';
import { replayCommand } from './commands/replay';
import { goCommand } from './commands/go';
import { stopCommand } from './commands/stop';
import { stopsCommand } from './commands/stops';
import { testCommand } from './commands/test';
import { exitCodes, UserError } from './exitCodes';
import { renderHelp } from './help';
import { standardTerminal, type Terminal } from './terminal';

/**
 * Runs one command.
 *
 * @param args - as typed, without the name of the program
 * @returns the exit code: 0 fine, 1 problems found, 2 unable
 * @public
 */
export async function main(
  args: string[],
  terminal: Terminal = standardTerminal,
): Promise<number> {
  let code: number | undefined;
  const run = async (work: () => Promise<number>) => {
    code = await work();
  };
  try {
    const parsed = cli(
      {
        name: 'gitops-events',
        version,
        strictFlags: true,
        commands: [
          lintCommand(terminal, run),
          testCommand(terminal, run),
          describeCommand(terminal, run),
          replayCommand(terminal, run),
          auditCommand(terminal, run),
          stopCommand(terminal, run),
          stopsCommand(terminal, run),
          goCommand(terminal, run),
        ],
        help: {
          description:
            'Checks, tests and replays sensors of GitOps Events; stops writing.',
          render: renderHelp,
        },
      },
      undefined,
      // It takes away what it has read.
      [...args],
    );
    await parsed;
    if (code !== undefined) return code;
    if (args.length > 0) {
      terminal.complain(
        `There is no command "${args[0]}". Known are lint, test, describe, replay, audit, stop, stops and go; see gitops-events --help.`,
      );
      return exitCodes.unable;
    }
    parsed.showHelp();
    return exitCodes.fine;
  } catch (error) {
    // What the portal refuses, it says why.
    const isTold = error instanceof UserError || error instanceof ProblemError;
    if (!isTold) throw error;
    terminal.complain(error.message);
    return exitCodes.unable;
  }
}
