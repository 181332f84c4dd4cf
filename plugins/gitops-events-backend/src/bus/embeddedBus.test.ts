import { eventBusContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { Nudges } from '../nudges';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { EmbeddedBus } from './embeddedBus';

const databases = testDatabases();

describe.each(databaseKinds)('the embedded bus on %s', kind => {
  eventBusContract({
    create: async () =>
      new EmbeddedBus({
        database: await databases.open(kind),
        ingresses: [{ name: 'registry', partitions: 1 }],
        nudges: new Nudges(),
      }),
  });
});
