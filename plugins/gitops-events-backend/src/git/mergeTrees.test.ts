import {
  editTree,
  parseTree,
  type Tree,
  treeObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { mergeTrees } from './mergeTrees';

const trees = new Map<string, Tree>();
const load = async (id: string) => trees.get(id) ?? new Map();
const emptyTree = treeObject(new Map()).id;

async function treeOf(files: Record<string, string>): Promise<string> {
  const { tree, objects } = await editTree(
    emptyTree,
    Object.entries(files).map(([path, text]) => ({
      path,
      mode: '100644',
      content: Buffer.from(text),
    })),
    load,
  );
  for (const { type, id, content } of objects) {
    if (type === 'tree') trees.set(id, parseTree(Buffer.from(content)));
  }
  return tree;
}

async function merge(
  ancestor: Record<string, string>,
  ours: Record<string, string>,
  theirs: Record<string, string>,
): Promise<string | undefined> {
  const merged = await mergeTrees(
    {
      ancestor: await treeOf(ancestor),
      ours: await treeOf(ours),
      theirs: await treeOf(theirs),
    },
    load,
  );
  return merged?.tree;
}

describe('mergeTrees', () => {
  const base = { 'a/x': '1', 'a/y': '1', z: '1' };

  it('takes what one side left as it was from the other', async () => {
    expect(
      await merge(
        base,
        { ...base, 'a/x': '2' },
        { ...base, 'a/y': '3', n: '4' },
      ),
    ).toBe(await treeOf({ 'a/x': '2', 'a/y': '3', z: '1', n: '4' }));
  });

  it('takes the branch when base stood still', async () => {
    expect(await merge(base, base, { z: '2' })).toBe(await treeOf({ z: '2' }));
  });

  it('takes equal changes once', async () => {
    const both = { ...base, z: '2' };
    expect(await merge(base, both, both)).toBe(await treeOf(both));
  });

  it('deletes what one side deleted and the other left', async () => {
    expect(await merge(base, { z: '1' }, { ...base, n: '1' })).toBe(
      await treeOf({ z: '1', n: '1' }),
    );
    expect(await merge(base, base, {})).toBe(emptyTree);
    expect(await merge(base, { 'a/x': '1', 'a/y': '1' }, { z: '1' })).toBe(
      emptyTree,
    );
  });

  it.each([
    ['different changes', { ...base, z: '2' }, { ...base, z: '3' }],
    ['changed and deleted', { ...base, 'a/x': '2' }, { z: '1' }],
    ['deleted and changed', { z: '1' }, { ...base, 'a/x': '2' }],
    [
      'a file and a folder of one name',
      { ...base, n: '1' },
      { ...base, 'n/m': '1' },
    ],
    ['two new files of one name', { ...base, n: '1' }, { ...base, n: '2' }],
  ])('is a conflict: %s', async (_, ours, theirs) => {
    expect(await merge(base, ours, theirs)).toBeUndefined();
  });
});
