import { execFile } from 'node:child_process';
import { closedOff } from './closedOff';
import { findProgram } from './findProgram';

/** What became of a tool; undefined when it is not installed here. */
export type ToolOutcome = { ok: true } | { ok: false; said: string };

const maxOutput = 4 * 1024 * 1024;
const maxSaid = 400;
/** Nobody listens there: whatever would go out fails at once. */
const nowhere = 'http://127.0.0.1:9';

/**
 * Runs a tool with fixed arguments in a folder of ours. It gets nothing of our
 * environment but the way to it, and no way out.
 *
 * @throws Error when it is ended by the signal
 */
export async function runTool(
  tool: string,
  args: readonly string[],
  options: { folder: string; home: string; signal: AbortSignal; path?: string },
): Promise<ToolOutcome | undefined> {
  const { folder, home, signal, path = process.env.PATH } = options;
  const program = await findProgram(tool, path);
  if (program === undefined) return undefined;
  const [first, ...rest] = [...(await closedOff()), program, ...args];
  return new Promise((resolve, reject) => {
    execFile(
      first,
      rest,
      {
        cwd: folder,
        signal,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutput,
        windowsHide: true,
        env: {
          PATH: path,
          SystemRoot: process.env.SystemRoot,
          // Where an operator keeps providers for machines without a network.
          TF_CLI_CONFIG_FILE: process.env.TF_CLI_CONFIG_FILE,
          HOME: home,
          TMPDIR: home,
          LC_ALL: 'C',
          HTTP_PROXY: nowhere,
          HTTPS_PROXY: nowhere,
          ALL_PROXY: nowhere,
          GIT_ALLOW_PROTOCOL: 'none',
          GIT_TERMINAL_PROMPT: '0',
          CHECKPOINT_DISABLE: '1',
          TF_IN_AUTOMATION: '1',
          TF_INPUT: '0',
        } as unknown as NodeJS.ProcessEnv,
      },
      (error, stdout, stderr) => {
        if (!error) return resolve({ ok: true });
        if (signal.aborted) return reject(new Error(`${tool} was stopped.`));
        const words = (stderr || stdout || error.message)
          .replaceAll(home, '')
          .replace(/\s+/g, ' ')
          .trim();
        return resolve({ ok: false, said: words.slice(0, maxSaid) });
      },
    ).stdin?.end();
  });
}
