import { isUtf8 } from 'node:buffer';
import { InputError } from '@backstage/errors';
import {
  splitRepositoryPath,
  type CommitOutcome,
  type CommitRequest,
  type FileWrite,
} from '@gitops-events/plugin-gitops-events-node';
import type { Branches } from './branches';
import type { Connection } from './connection';
import {
  folderMode,
  symlinkMode,
  treeOfCommit,
  type KnownObjects,
  type TreeEntry,
} from './gitObjects';
import { lookUp } from './readFiles';

/*
 * Objects first, which nobody sees, then one comparison that shows them: a
 * crash or a lost answer in between leaves nothing behind, and the next try
 * either moves the branch or finds that it was moved.
 */
export async function commitFiles(
  connection: Connection,
  branches: Branches,
  known: KnownObjects,
  request: CommitRequest,
): Promise<CommitOutcome> {
  const { branch, expectedHead, files } = request;
  for (const { path } of files) splitRepositoryPath(path);
  const tree = await createTree(connection, known, request);
  const commit = await createCommit(connection, request, tree);

  const result = await branches.move(connection, branch, expectedHead, commit);
  if (result.moved) return { outcome: 'committed', commit };

  const head = await branches.headAfterRefusal(
    connection,
    branch,
    expectedHead,
  );
  if (head && (await isSame(connection, head, commit, request, tree))) {
    return { outcome: 'committed', commit: head };
  }
  // It is where we believed: GitHub had another reason, such as a rule.
  if (head === expectedHead) throw result.refusal;
  return { outcome: 'stale', head };
}

/** Requests that make something, at most: a blob for each file that is no text, tree, commit and branch. */
export function writesOf(files: FileWrite[]): number {
  return 3 + files.filter(({ content }) => content && !isText(content)).length;
}

async function createTree(
  connection: Connection,
  known: KnownObjects,
  { parent, files }: CommitRequest,
): Promise<string> {
  const { octokit, name } = connection;
  const base = await treeOfCommit(connection, known, parent);
  const present = await entriesOf(connection, known, base, files);
  const tree = [];
  for (const file of files) {
    if (file.content !== undefined) {
      tree.push({
        ...{ path: file.path, mode: file.mode, type: 'blob' as const },
        ...(await contentOf(connection, file.content)),
      });
    } else if (present.has(file.path)) {
      tree.push({
        ...{ path: file.path, mode: file.mode, type: 'blob' as const },
        sha: null,
      });
    }
  }
  if (tree.length === 0) return base;
  const { data } = await octokit.rest.git.createTree({
    ...name,
    base_tree: base,
    tree,
  });
  return data.sha;
}

/**
 * Text travels with its tree; bytes that JSON cannot carry need a blob of their own.
 */
async function contentOf(
  { octokit, name }: Connection,
  content: Uint8Array,
): Promise<{ content: string } | { sha: string }> {
  if (isText(content)) {
    return { content: Buffer.from(content).toString('utf8') };
  }
  const { data } = await octokit.rest.git.createBlob({
    ...name,
    content: Buffer.from(content).toString('base64'),
    encoding: 'base64',
  });
  return { sha: data.sha };
}

function isText(content: Uint8Array): boolean {
  return isUtf8(content) && !content.includes(0);
}

/** @throws InputError where a file would replace a folder, or lie below a link or a file. */
async function entriesOf(
  connection: Connection,
  known: KnownObjects,
  tree: string,
  files: FileWrite[],
): Promise<Map<string, TreeEntry>> {
  const paths = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    parts.forEach((_, index) => paths.add(parts.slice(0, index + 1).join('/')));
  }
  const present = await lookUp(connection, known, tree, [...paths]);
  for (const { path } of files) {
    if (present.get(path)?.mode === folderMode) {
      throw new InputError(`${JSON.stringify(path)} is a folder`);
    }
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const above = parts.slice(0, depth).join('/');
      const mode = present.get(above)?.mode;
      if (mode !== undefined && mode !== folderMode) {
        const what = mode === symlinkMode ? 'a symbolic link' : 'no folder';
        throw new InputError(
          `${JSON.stringify(path)}: ${JSON.stringify(above)} is ${what}`,
        );
      }
    }
  }
  return present;
}

/**
 * With an author of ours, the same request makes the same commit. GitHub signs
 * only what an App commits without one.
 */
async function createCommit(
  { octokit, name, isApp }: Connection,
  { message, parent, author, time }: CommitRequest,
  tree: string,
): Promise<string> {
  const who = { ...author, date: new Date(time * 1000).toISOString() };
  const { data } = await octokit.rest.git.createCommit({
    ...name,
    ...{ message, tree, parents: [parent] },
    ...(!isApp && { author: who, committer: who }),
  });
  return data.sha;
}

/** Whether the branch has this very request already, from a try whose answer was lost. */
async function isSame(
  { octokit, name, isApp }: Connection,
  head: string,
  commit: string,
  { message, parent }: CommitRequest,
  tree: string,
): Promise<boolean> {
  if (head === commit) return true;
  if (!isApp) return false;
  const { data } = await octokit.rest.git.getCommit({
    ...name,
    commit_sha: head,
  });
  return (
    data.tree.sha === tree &&
    data.parents.length === 1 &&
    data.parents[0].sha === parent &&
    data.message.trim() === message.trim()
  );
}
