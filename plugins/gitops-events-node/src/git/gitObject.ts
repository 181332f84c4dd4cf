import { createHash } from 'node:crypto';

/** @public */
export type GitObjectType = 'blob' | 'tree' | 'commit';

/** An object ready to be written. @public */
export interface GitObject {
  id: string;
  type: GitObjectType;
  content: Uint8Array;
}

/** What a folder says of one name in it. @public */
export interface TreeEntry {
  mode: string;
  id: string;
}
/** Names are byte strings (latin1), because git compares and keeps bytes. @public */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** @public */
export const folderMode = '40000';
/** @public */
export const symlinkMode = '120000';
/** @public */
export const submoduleMode = '160000';

/** @public */
export interface Commit {
  id: string;
  tree: string;
  parents: string[];
  /** Name and address of the committer, as in the object. */
  committer: string;
  message: string;
}

/** With the id that git gives to these bytes. @public */
export function gitObject(type: GitObjectType, content: Uint8Array): GitObject {
  const hash = createHash('sha1');
  hash.update(objectHeader(type, content.byteLength));
  hash.update(content);
  return { id: hash.digest('hex'), type, content };
}

/** What git counts in before the content. @public */
export function objectHeader(type: GitObjectType, size: number): string {
  return `${type} ${size}\0`;
}

/** @public */
export function treeObject(tree: Tree): GitObject {
  // Git sorts a folder as if its name ended in "/".
  const sorted = [...tree]
    .map(([name, entry]) => ({
      name,
      entry,
      key: entry.mode === folderMode ? `${name}/` : name,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const parts = sorted.flatMap(({ name, entry }) => [
    Buffer.from(`${entry.mode} ${name}\0`, 'latin1'),
    Buffer.from(entry.id, 'hex'),
  ]);
  return gitObject('tree', Buffer.concat(parts));
}

/** @public */
export function parseTree(content: Buffer): Tree {
  const tree = new Map<string, TreeEntry>();
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > content.length) {
      throw new Error('A tree object is damaged; run git fsck');
    }
    tree.set(content.toString('latin1', space + 1, end), {
      mode: content.toString('latin1', at, space),
      id: content.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return tree;
}

/** @public */
export function parseCommit(id: string, content: Buffer): Commit {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = text.slice(0, end).split('\n');
  const values = (key: string) =>
    head
      .filter(line => line.startsWith(`${key} `))
      .map(line => line.slice(key.length + 1));
  return {
    id,
    tree: values('tree')[0],
    parents: values('parent'),
    committer: (values('committer')[0] ?? '').replace(/ \d+ [+-]\d+$/, ''),
    message: text.slice(end + 2),
  };
}
