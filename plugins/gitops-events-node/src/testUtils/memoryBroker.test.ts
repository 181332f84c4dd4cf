import { eventBrokerContract } from './eventBrokerContract';
import { MemoryBroker } from './memoryBroker';

describe('the broker in memory', () => {
  eventBrokerContract(async () => {
    const bus = new MemoryBroker();
    const partition = 'memory:0';
    return {
      bus,
      partition,
      down: async () => bus.down(),
      up: async () => bus.up(),
      deleteOldest: async count => bus.deleteOldest(partition, count),
      recreate: async () => bus.recreate(partition),
    };
  });
});
