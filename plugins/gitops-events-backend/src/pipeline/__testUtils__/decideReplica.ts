import { EmbeddedBus } from '../../bus/embeddedBus';
import { quietLogger } from '../../git/__testUtils__/fixtures';
import { Nudges } from '../../nudges';
import type { Sandbox } from '../../sandbox';
import type { Database } from '../../store/database';
import { ActiveSensors } from '../activeSensors';
import { Standstills } from '../standstills';
import { startDecide } from '../decide';
import { LiveKeys } from '../liveKeys';
import type { RunConfig } from '../newRun';

export const ingresses = ['registry', 'scanner'].map(name => ({
  name,
  principals: [],
  sources: [],
  types: [],
  entities: ['*'],
  partitions: 2,
}));

export const decideConfig: RunConfig = {
  ingresses,
  boundaries: [
    {
      owner: 'group:default/platform',
      ingresses: ['*'],
      actions: ['*'],
      repositories: [],
      environments: ['*'],
      merge: true,
    },
  ],
  targets: {},
};

/** A replica that only decides, on a database that others may share. */
export function startReplica(
  database: Database,
  sandbox: Sandbox,
  sensorKeys = 100_000,
) {
  const { knex } = database;
  const nudges = new Nudges();
  const bus = new EmbeddedBus({ database, ingresses, nudges, pollMs: 20 });
  const loop = startDecide({
    standstills: new Standstills(),
    knex,
    bus,
    sandbox,
    sensors: new ActiveSensors({ knex, sandbox }),
    liveKeys: new LiveKeys({ knex, limit: sensorKeys }),
    config: decideConfig,
    nudges,
    ownersOf: async () => new Map(),
    logger: quietLogger,
  });
  return { bus, stop: () => loop.stop() };
}
