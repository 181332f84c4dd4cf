import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '@backstage/errors';
import {
  splitRepositoryPath,
  type CommitOutcome,
  type CommitRequest,
} from '@gitops-events/plugin-gitops-events-node';
import {
  commitObject,
  editTree,
  findEntry,
  folderMode,
} from '@gitops-events/plugin-gitops-events-node/git';
import type { Connection } from './connection';
import { pushBranch, readHeads } from './git/gitRemote';
import type { RemoteObjects } from './remoteObjects';

const ATTEMPTS = 3;

/*
 * The commit is made here, so the same request makes the same commit, and
 * pushed in one request, in which GitLab compares where the branch is. Its own
 * API can not: it compares files one by one, or overwrites the branch.
 * So a lost answer leaves the branch where it was or at this very commit.
 */
export async function commitFiles(
  connection: Connection,
  source: RemoteObjects,
  settleMs: number,
  request: CommitRequest,
): Promise<CommitOutcome> {
  const { branch, expectedHead, parent, files } = request;
  const root = await source.treeOf(parent);
  await loadAhead(source, root, request);
  const { tree, objects } = await editTree(root, files, source.loadTree);
  const commit = commitObject({ ...request, tree, parents: [parent] });

  for (let attempt = 1; ; attempt++) {
    const pushed = await pushBranch(
      connection.git,
      branch,
      expectedHead,
      commit.id,
      [...objects, commit],
    );
    if (pushed.moved) return { outcome: 'committed', commit: commit.id };

    const head = (await readHeads(connection.git, [branch])).get(branch);
    if (head === commit.id) return { outcome: 'committed', commit: head };
    if (head !== expectedHead) return { outcome: 'stale', head };
    // It is where we believed, so GitLab had another reason.
    if (isRule(pushed.why)) {
      throw new InputError(
        `GitLab refuses the push to ${connection.repository}: ${pushed.why}`,
      );
    }
    // Somebody else holds its lock, who may be about to move it.
    if (attempt === ATTEMPTS) {
      throw new Error(`GitLab did not take the push: ${pushed.why}`);
    }
    await sleep(settleMs);
  }
}

/** Folders of all paths together, instead of one after the other. */
async function loadAhead(
  source: RemoteObjects,
  id: string,
  { files }: CommitRequest,
): Promise<void> {
  const root = { mode: folderMode, id };
  await Promise.all(
    files.map(({ path }) => findEntry(source, root, splitRepositoryPath(path))),
  );
}

/** A rule of the project is for a person to mend. Source: GitLab's page on push rules; hooks speak with its name. */
function isRule(why: string): boolean {
  return /GitLab:|hook declined|denied|prohibited|protected/i.test(why);
}
