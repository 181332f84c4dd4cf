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
    person: {
      push: (...args: Parameters<MemoryChangeHost['push']>) =>
        host.push(...args),
      deleteBranch: (branch: string) => host.deleteBranch(branch),
      mergeBy: {},
    },
    comments: async (number: number) =>
      host.comments.filter(one => one.number === number).map(it => it.text),
    stop: async () => {},
  };
}

changeHostContract({ name: 'MemoryChangeHost', createHost });
changeHostModelContract({ name: 'MemoryChangeHost', createHost });
