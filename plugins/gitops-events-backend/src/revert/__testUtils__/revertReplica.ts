// A process to be killed: asks for a revert, as a person whose answer got lost asks again, and carries it out.
import knexFactory from 'knex';
import { testConfig } from '../../__testUtils__/testConfig';
import { createEngine } from '../../engine';
import { LocalHost } from '../../git/localHost';
import { quietLogger as logger } from '../../git/__testUtils__/fixtures';
import { Nudges } from '../../nudges';
import { Sandbox } from '../../sandbox';

async function main(given: string[]): Promise<void> {
  const [client, connection, directory, id, digest] = given;
  const knex = knexFactory({
    client,
    connection: JSON.parse(connection),
    useNullAsDefault: client !== 'pg',
  });
  const { author, limits } = testConfig;
  const repositories = [{ name: 'deployments', branch: 'main' }];
  const config = { directory, repositories };
  const engine = createEngine({
    knex,
    config: testConfig,
    sandbox: new Sandbox(limits),
    nudges: new Nudges(),
    replica: String(process.pid),
    logger,
    hosts: [await LocalHost.create({ config, author, logger })],
    trackers: [],
    checks: [],
    actions: [],
    ownersOf: async () => new Map(),
  });
  engine.start();
  await engine.decisions.revertRun({
    ...{ id, digest, by: 'user:default/pia' },
    ...{ comment: 'It crashes.', choices: {} },
  });
  while (await knex('runs').whereNot({ state: 'ended' }).first()) {
    await new Promise(done => setTimeout(done, 20));
  }
  await engine.stop();
  await knex.destroy();
}

void main(process.argv.slice(2)).then(() => process.exit(0));
