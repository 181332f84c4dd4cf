// One commit, then one line that acknowledges it: to be watched by strace.
import { writeSync } from 'node:fs';
import { LocalHost } from '../localHost';
import { author, file, quietLogger, repository } from './fixtures';

async function main([directory]: string[]): Promise<void> {
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'deployments', branch: 'main' }],
    },
    ...{ author, logger: quietLogger },
  });
  const parent = (await host.head(repository, 'main'))!;
  const outcome = await host.commit({
    ...{ repository, branch: 'teams/change', expectedHead: undefined, parent },
    files: [file('apps/shop/values.yaml', 'replicas: 1\n'), file('run', 'x\n')],
    ...{ message: 'Change', author, time: 1_800_000_000 },
  });
  writeSync(1, `acknowledged ${JSON.stringify(outcome)}\n`);
  await host.stop();
}

void main(process.argv.slice(2));
