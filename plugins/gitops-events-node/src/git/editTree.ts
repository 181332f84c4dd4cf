import { InputError } from '@backstage/errors';
import {
  splitRepositoryPath,
  type FileWrite,
} from '@gitops-events/plugin-gitops-events-node';
import {
  folderMode,
  gitObject,
  submoduleMode,
  symlinkMode,
  treeObject,
  type GitObject,
  type Tree,
  type TreeEntry,
} from './gitObject';

/** @public */
export type LoadTree = (id: string) => Promise<Tree>;

/** A tree and the objects that it needs and its predecessor does not have. @public */
export interface EditedTree {
  tree: string;
  objects: GitObject[];
}

/** What is asked of one name in a folder: the file itself, or names below it. */
interface Edit {
  file?: FileWrite;
  below: Map<string, Edit>;
}

/**
 * Puts files into a tree; only folders along changed paths are made anew.
 *
 * @public
 * @throws InputError for a path that is refused, twice the same path, a file
 * where a folder is (or the other way round), or a symbolic link on the way.
 */
export async function editTree(
  root: string,
  files: FileWrite[],
  loadTree: LoadTree,
): Promise<EditedTree> {
  const objects: GitObject[] = [];
  const edited = await editFolder(
    { mode: folderMode, id: root },
    collect(files),
    '',
  );
  if (edited) return { tree: edited.id, objects };
  const empty = treeObject(new Map());
  return { tree: empty.id, objects: [empty] };

  async function editFolder(
    folder: TreeEntry | undefined,
    edits: Map<string, Edit>,
    prefix: string,
  ): Promise<TreeEntry | undefined> {
    const before: Tree = folder ? await loadTree(folder.id) : new Map();
    const after = new Map(before);
    for (const [name, edit] of edits) {
      const path = `${prefix}${Buffer.from(name, 'latin1').toString('utf8')}`;
      const entry = await editEntry(before.get(name), edit, path);
      if (entry) after.set(name, entry);
      else after.delete(name);
    }
    if (after.size === 0) return undefined;
    const tree = treeObject(after);
    if (tree.id !== folder?.id) objects.push(tree);
    return { mode: folderMode, id: tree.id };
  }

  async function editEntry(
    present: TreeEntry | undefined,
    { file, below }: Edit,
    path: string,
  ): Promise<TreeEntry | undefined> {
    refuseLinks(present, path);
    let entry = present;
    if (below.size > 0) {
      const isFile = present !== undefined && present.mode !== folderMode;
      const goes = file !== undefined && file.content === undefined;
      if (isFile && !goes && writes(below)) {
        throw new InputError(
          `The path ${JSON.stringify(path)} is a file; nothing can be written below it`,
        );
      }
      if (!isFile || goes) {
        entry = await editFolder(
          isFile ? undefined : present,
          below,
          `${path}/`,
        );
        if (isFile) return entry;
      }
    }
    if (!file) return entry;
    if (entry?.mode === folderMode) {
      throw new InputError(
        `The path ${JSON.stringify(path)} is a folder; name a file`,
      );
    }
    if (file.content === undefined) return undefined;
    const blob = gitObject('blob', file.content);
    if (blob.id !== present?.id) objects.push(blob);
    return { mode: file.mode, id: blob.id };
  }
}

function collect(files: FileWrite[]): Map<string, Edit> {
  const root: Edit = { below: new Map() };
  for (const file of files) {
    let edit = root;
    for (const part of splitRepositoryPath(file.path)) {
      const name = Buffer.from(part, 'utf8').toString('latin1');
      const next = edit.below.get(name) ?? { below: new Map() };
      edit.below.set(name, next);
      edit = next;
    }
    if (edit.file) {
      throw new InputError(
        `The path ${JSON.stringify(file.path)} is given twice in one commit`,
      );
    }
    edit.file = file;
  }
  return root.below;
}

function writes(edits: Map<string, Edit>): boolean {
  return [...edits.values()].some(
    ({ file, below }) => file?.content !== undefined || writes(below),
  );
}

function refuseLinks(entry: TreeEntry | undefined, path: string): void {
  const shown = JSON.stringify(path);
  if (entry?.mode === symlinkMode) {
    throw new InputError(
      `The path ${shown} is a symbolic link; changes neither follow nor replace one`,
    );
  }
  if (entry?.mode === submoduleMode) {
    throw new InputError(
      `The path ${shown} is a submodule; changes do not touch it`,
    );
  }
}
