import { eventSourceContract } from './eventSourceContract';
import { MemorySource } from './memorySource';

describe('the source in memory', () => {
  eventSourceContract(async () => {
    const outside = new MemorySource();
    return {
      source: outside.pull(),
      partition: 'orders:0',
      send: async messages => outside.send(messages),
      down: async () => outside.down(),
      up: async () => outside.up(),
      deleteOldest: async count => outside.deleteOldest(count),
      remove: async () => {
        outside.remove();
        return async () => outside.recreate();
      },
    };
  });
});
