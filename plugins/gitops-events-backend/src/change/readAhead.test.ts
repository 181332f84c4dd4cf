import {
  splitRepositoryPath,
  type RepositoryFile,
  type RepositoryReader,
} from '@gitops-events/plugin-gitops-events-node';
import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { baseTree } from './baseTree';
import { readAhead } from './readAhead';

const set = (file: string): Edit => ({
  kind: 'yaml',
  file,
  set: { 'image.tag': '1' },
});

describe('readAhead', () => {
  it('asks the host once, and never for what is no path', async () => {
    const asked: string[][] = [];
    const reader: Pick<RepositoryReader, 'read'> = {
      async read(_repository, _commit, paths) {
        asked.push(paths);
        return paths.map((path): RepositoryFile => {
          splitRepositoryPath(path);
          return { path, mode: '100644', content: Buffer.from(path) };
        });
      },
    };
    const tree = baseTree(reader as RepositoryReader, 'local:r', 'c');
    await readAhead(tree, [
      set('a.yaml'),
      set('../../etc/passwd'),
      { kind: 'delete', file: 'b.yaml' },
      set('a.yaml'),
      { kind: 'template', from: 'skeleton/', into: 'apps/', params: {} },
      set('/absolute'),
    ]);
    const [found] = await tree.read(['b.yaml']);
    expect(Buffer.from(found.content).toString()).toBe('b.yaml');
    await tree.read(['a.yaml']);
    expect(asked).toEqual([['a.yaml', 'b.yaml']]);
  });
});
