import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommitRequest } from '@gitops-events/plugin-gitops-events-node';
import { LocalHost } from '../localHost';
import { author, file, quietLogger, repository } from './fixtures';
import { git, temporaryFolder } from './gitCommand';

/** A local host with one repository, for a test. */
export interface TestHost {
  host: LocalHost;
  directory: string;
  bare: string;
  base: string;
  request(over: Partial<CommitRequest>): CommitRequest;
  /** A second host on the same folder, as another process would open it. */
  another(): Promise<LocalHost>;
  /** Stops all hosts, lets git check the repository, removes it. */
  finish(): Promise<void>;
}

export async function testHost(): Promise<TestHost> {
  const directory = await temporaryFolder();
  const bare = path.join(directory, 'deployments.git');
  const hosts: LocalHost[] = [];
  const another = async () => {
    const host = await LocalHost.create({
      config: {
        directory,
        repositories: [{ name: 'deployments', branch: 'main' }],
      },
      author,
      logger: quietLogger,
    });
    hosts.push(host);
    return host;
  };
  const host = await another();
  const base = (await host.head(repository, 'main'))!;
  return {
    ...{ host, directory, bare, base, another },
    request: over => ({
      repository,
      branch: 'change',
      expectedHead: undefined,
      parent: base,
      files: [file('a.yaml', 'a: 1\n')],
      message: 'Change',
      author,
      time: 1_800_000_000,
      ...over,
    }),
    async finish() {
      for (const one of hosts) await one.stop();
      await git(bare, 'fsck', '--strict', '--no-dangling');
      await rm(directory, { recursive: true });
    },
  };
}
