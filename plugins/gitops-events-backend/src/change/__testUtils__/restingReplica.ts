// A process to be killed: an engine whose applications are for ever about to apply what was merged.
import knexFactory from 'knex';
import { testConfig } from '../../__testUtils__/testConfig';
import { createEngine } from '../../engine';
import { LocalHost } from '../../git/localHost';
import { quietLogger as logger } from '../../git/__testUtils__/fixtures';
import { Nudges } from '../../nudges';
import { Sandbox } from '../../sandbox';
import { FollowedApps } from './followedApps';

async function main(given: string[]): Promise<void> {
  const [client, connection, directory, ...apps] = given;
  const knex = knexFactory({
    client,
    connection: JSON.parse(connection),
    useNullAsDefault: client !== 'pg',
  });
  const tracker = new FollowedApps(apps);
  for (const app of apps) tracker.progresses(app);
  const { author, limits } = testConfig;
  const repositories = [{ name: 'deployments', branch: 'main' }];
  const config = { directory, repositories };
  createEngine({
    knex,
    config: testConfig,
    sandbox: new Sandbox(limits),
    nudges: new Nudges(),
    replica: String(process.pid),
    logger,
    hosts: [await LocalHost.create({ config, author, logger })],
    trackers: [tracker],
    checks: [],
    actions: [],
    ownersOf: async () => new Map(),
  }).start();
}

void main(process.argv.slice(2));
