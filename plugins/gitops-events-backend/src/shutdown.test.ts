import {
  MemoryBroker,
  MemorySource,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { startPlugin } from './__testUtils__/startPlugin';
import { testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

class StubbornSource extends MemorySource {
  override pull() {
    const source = super.pull();
    const stop = async () => {
      await source.stop();
      throw new Error('It does not stop.');
    };
    return { ...source, stop };
  }
}

class CountedBroker extends MemoryBroker {
  stops = 0;

  override async stop() {
    this.stops += 1;
    await super.stop();
  }
}

const databases = testDatabases();

it('stops the rest of the plugin where an event source fails to stop', async () => {
  const bus = new CountedBroker();
  const plugin = await startPlugin({
    ...{ knex: await databases.empty('sqlite'), bus, sensors: {} },
    files: { 'apps/a.yaml': 'a: 1\n' },
    source: new StubbornSource(),
    gitopsEvents: {
      bus: { kind: 'memory' },
      sources: { orders: { kind: 'memory', ingress: 'people' } },
    },
  });
  await plugin.stop();
  expect(bus.stops).toBeGreaterThan(0);
});
