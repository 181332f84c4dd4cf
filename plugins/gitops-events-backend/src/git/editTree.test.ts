import { rm } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import {
  editTree,
  parseTree,
  type Tree,
  treeObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { writeObjects } from './objectWriter';
import { git, temporaryFolder } from './__testUtils__/gitCommand';

const emptyTree = treeObject(new Map());

/** Trees by id, as a repository would hold them. */
function newStore() {
  const trees = new Map<string, Tree>([[emptyTree.id, new Map()]]);
  const load = async (id: string) => trees.get(id)!;
  const edit = async (root: string, files: FileWrite[]) => {
    const edited = await editTree(root, files, load);
    for (const { type, id, content } of edited.objects) {
      if (type === 'tree') trees.set(id, parseTree(Buffer.from(content)));
    }
    return edited;
  };
  return { trees, edit };
}

const file = (name: string, text: string | undefined): FileWrite => ({
  path: name,
  mode: '100644',
  content: text === undefined ? undefined : Buffer.from(text),
});

describe('editTree', () => {
  it('makes anew only the folders along the path', async () => {
    const { edit } = newStore();
    const before = await edit(emptyTree.id, [
      file('a/b/one', '1'),
      file('a/c/two', '2'),
      file('d/three', '3'),
    ]);
    const after = await edit(before.tree, [file('a/b/one', 'changed')]);
    expect(after.objects.map(({ type }) => type)).toEqual([
      'blob',
      'tree',
      'tree',
      'tree',
    ]);
  });

  it('makes nothing when nothing changes', async () => {
    const { edit } = newStore();
    const before = await edit(emptyTree.id, [file('a/b', '1')]);
    expect(
      await edit(before.tree, [file('a/b', '1'), file('gone', undefined)]),
    ).toEqual({ tree: before.tree, objects: [] });
  });

  it('turns a file into a folder, and back, only when asked to delete', async () => {
    const { edit } = newStore();
    const asFile = await edit(emptyTree.id, [file('a', '1')]);
    await expect(edit(asFile.tree, [file('a/b', '1')])).rejects.toThrow(
      'The path "a" is a file; nothing can be written below it',
    );
    const asFolder = await edit(asFile.tree, [
      file('a', undefined),
      file('a/b', '1'),
    ]);
    await expect(edit(asFolder.tree, [file('a', '1')])).rejects.toThrow(
      'The path "a" is a folder; name a file',
    );
    await expect(edit(asFolder.tree, [file('a', undefined)])).rejects.toThrow(
      'The path "a" is a folder; name a file',
    );
    const back = await edit(asFolder.tree, [
      file('a/b', undefined),
      file('a', '1'),
    ]);
    expect(back.tree).toBe(asFile.tree);
  });

  it('refuses the same path twice', async () => {
    const { edit } = newStore();
    await expect(
      edit(emptyTree.id, [file('a', '1'), file('a', '2')]),
    ).rejects.toThrow('The path "a" is given twice in one commit');
  });

  it.each(['120000', '160000'])(
    'neither replaces, deletes nor passes an entry of mode %s',
    async mode => {
      const { trees, edit } = newStore();
      const tree = treeObject(new Map([['link', { mode, id: emptyTree.id }]]));
      trees.set(tree.id, parseTree(Buffer.from(tree.content)));
      for (const change of [
        file('link', 'x'),
        file('link', undefined),
        file('link/below', 'x'),
        file('link/below', undefined),
      ]) {
        await expect(edit(tree.id, [change])).rejects.toThrow(
          expect.objectContaining({ name: 'InputError' }),
        );
      }
    },
  );

  it('agrees with git about any files', async () => {
    const folder = await temporaryFolder();
    await git(folder, 'init', '--quiet', '--bare');
    const { edit } = newStore();
    const part = fc.constantFrom('a', 'a.b', 'a-b', 'ä', 'z');
    const name = fc
      .array(part, { minLength: 1, maxLength: 3 })
      .map(parts => parts.join('/'));
    const anyChange = fc.tuple(name, fc.option(fc.constantFrom('1', '2')));
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyChange, { maxLength: 12 }),
          async changes => {
            let root = emptyTree.id;
            const model = new Map<string, string>();
            const objects = [emptyTree];
            for (const [at, text] of changes) {
              const change = file(at, text ?? undefined);
              const edited = await edit(root, [change]).catch(
                (error: Error) => error,
              );
              expect(edited instanceof Error ? edited.name : 'edited').toBe(
                isRefused(model, change) ? 'InputError' : 'edited',
              );
              if (edited instanceof Error) continue;
              root = edited.tree;
              objects.push(...edited.objects);
              if (text) model.set(at, text);
              else model.delete(at);
            }
            await writeObjects(path.join(folder, 'objects'), objects);
            const listed = await git(
              folder,
              ...['ls-tree', '-r', '-z', '--name-only', root],
            );
            expect(listed.split('\0').filter(Boolean).sort()).toEqual(
              [...model.keys()].sort(),
            );
          },
        ),
        { numRuns: 40 },
      );
      await git(folder, 'fsck', '--strict', '--no-dangling');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** A folder stands where a file is named, or a file where one is to be written below. */
function isRefused(
  files: ReadonlyMap<string, string>,
  { path: at, content }: FileWrite,
): boolean {
  return [...files.keys()].some(
    other =>
      other.startsWith(`${at}/`) || (content && at.startsWith(`${other}/`)),
  );
}
