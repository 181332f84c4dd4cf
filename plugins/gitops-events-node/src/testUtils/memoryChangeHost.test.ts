import { changeHostContract } from './changeHostContract';
import { changeHostModelContract } from './changeHostModel';
import { MemoryChangeHost } from './memoryChangeHost';

async function createHost() {
  const host = new MemoryChangeHost();
  return {
    host,
    repository: host.repository,
    base: host.base,
    unknownRepository: 'memory:nothing',
    person: host,
    stop: async () => {},
  };
}

changeHostContract({ name: 'MemoryChangeHost', createHost });
changeHostModelContract({ name: 'MemoryChangeHost', createHost });
