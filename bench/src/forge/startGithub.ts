import { fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { TOKEN } from '@gitops-events/plugin-gitops-events-backend-module-github/src/__testUtils__/github/githubServer';
import type { JsonObject } from '@backstage/types';
import type { BenchRoom } from '../environment/benchRoom';
import type { GithubQuestion, GithubStart, GithubView } from './githubProcess';

/** A GitHub in another process. */
export interface Github {
  /** As a sensor names it. */
  repository: string;
  bare: string;
  /** What Backstage is told of it: `integrations.github`. */
  integration: JsonObject;
  look(): Promise<GithubView>;
  /** From now on the network is good. */
  calm(): Promise<GithubView>;
}

/** Starts it on the seed of the room's folders. Ends with the room. */
export async function startGithub(
  room: BenchRoom,
  options: Pick<GithubStart, 'limited' | 'share' | 'seed'>,
): Promise<Github> {
  const folder = path.join(room.folder, 'github');
  await mkdir(folder);
  const child = fork(path.join(__dirname, 'githubProcess.ts'));
  room.atEnd(() => child.kill());
  const ask = (asked: GithubStart | GithubQuestion) =>
    new Promise<GithubView>((resolve, reject) => {
      const ended = () => reject(new Error('The GitHub of the run has ended.'));
      // What loads its code says things of its own.
      const hear = (message: { view?: GithubView }) => {
        if (!message.view) return;
        child.off('exit', ended).off('message', hear);
        resolve(message.view);
      };
      child.once('exit', ended).on('message', hear);
      child.send(asked);
    });
  const { port, bare } = await ask({ folder, ...options });
  const host = `127.0.0.1:${port}`;
  return {
    repository: `http://${host}/acme/deployments`,
    bare,
    integration: { host, apiBaseUrl: `http://${host}/api/v3`, token: TOKEN },
    look: () => ask('look'),
    calm: () => ask('calm'),
  };
}
