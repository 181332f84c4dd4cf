// A process to be killed: takes replays on until none runs.
import { builtInActions } from '@gitops-events/plugin-gitops-events-sensors';
import knexFactory from 'knex';
import { quietLogger } from '../../git/__testUtils__/fixtures';
import { Nudges } from '../../nudges';
import { createReplays } from '../createReplays';

/** Ends the process as the nth statement that looks like `pattern` is about to be sent. */
async function main([client, connection, config, pattern, nth]: string[]) {
  const knex = knexFactory({
    client,
    connection: JSON.parse(connection),
    useNullAsDefault: client !== 'pg',
  });
  let left = Number(nth);
  knex.on('query', ({ sql }: { sql: string }) => {
    if (!new RegExp(pattern, 'i').test(sql)) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  });
  const replays = createReplays({
    knex,
    config: JSON.parse(config),
    actions: builtInActions,
    checks: [],
    hosts: [],
    nudges: new Nudges(),
    ownersOf: async () => new Map(),
    logger: quietLogger,
  });
  replays.start();
  while (await knex('replays').where({ state: 'running' }).first()) {
    await new Promise(done => setTimeout(done, 20));
  }
  await replays.stop();
  await knex.destroy();
}

void main(process.argv.slice(2));
