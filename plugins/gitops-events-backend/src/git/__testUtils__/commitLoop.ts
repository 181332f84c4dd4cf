// A process to be killed: commits, proposes and merges for ever, and tells on
// standard output what was acknowledged, one line each, before it goes on.
import { writeSync } from 'node:fs';
import { LocalHost } from '../localHost';
import { author, file, quietLogger, repository } from './fixtures';

async function main([directory, name]: string[]): Promise<void> {
  const acknowledged = (line: string) => writeSync(1, `${line}\n`);
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'deployments', branch: 'main' }],
    },
    ...{ author, logger: quietLogger },
  });
  acknowledged('ready');

  for (let n = 0; ; n++) {
    // A branch that all processes share: only the compare-and-swap keeps them apart.
    const head = (await host.head(repository, 'main'))!;
    const direct = `acknowledged/${name}-${n}`;
    const outcome = await host.commit({
      ...{ repository, branch: 'main', expectedHead: head, parent: head },
      ...{ files: [file(direct, 'x\n')], message: direct, author, time: n },
    });
    if (outcome.outcome === 'committed') acknowledged(direct);

    const branch = `change/${name}-${n}`;
    const proposed = `merged/${name}-${n}`;
    const change = await host.commit({
      ...{ repository, branch, expectedHead: undefined, parent: head },
      ...{ files: [file(proposed, 'x\n')], message: proposed, author, time: n },
    });
    if (change.outcome !== 'committed')
      throw new Error('a new branch is stale');
    const request = { repository, branch, base: 'main' };
    const { number } = await host.propose({
      ...request,
      ...{ title: proposed, body: '', labels: [] },
    });
    acknowledged(`pull ${number} ${branch}`);
    const merged = await host.merge({
      ...{ repository, number, base: 'main', expectedHead: change.commit },
      ...{ message: proposed, author },
    });
    if (merged.outcome === 'merged') acknowledged(proposed);
  }
}

void main(process.argv.slice(2));
