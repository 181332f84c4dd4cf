import { fork } from 'node:child_process';
import path from 'node:path';

interface Answer {
  answered: number;
  refused: number;
  errors: number;
  seconds: number;
}

let loads = 0;

/**
 * Sends events from another process, each with a new id, and gives how many
 * requests a second were answered well.
 *
 * @throws Error when one was not.
 */
export async function sendHttp(options: {
  url: string;
  headers: Record<string, string>;
  connections: number;
  seconds: number;
  /** Events a request, as a JSON array; undefined: one, alone. */
  batch?: number;
  /** What is sent, but for its id. */
  event: Record<string, unknown>;
}): Promise<number> {
  const child = fork(path.join(__dirname, 'httpLoad.mjs'), { execArgv: [] });
  loads += 1;
  const prefix = `load-${process.pid}-${loads}`;
  const answer = await new Promise<Answer>((resolve, reject) => {
    child.on('message', message => resolve(message as Answer));
    child.on('error', reject);
    child.on('exit', code => reject(new Error(`The sender ended: ${code}`)));
    child.send({ ...options, prefix });
  });
  if (answer.refused > 0 || answer.errors > 0) {
    throw new Error(
      `${options.url} refused ${answer.refused} requests, ${answer.errors} got no answer.`,
    );
  }
  return answer.answered / answer.seconds;
}
