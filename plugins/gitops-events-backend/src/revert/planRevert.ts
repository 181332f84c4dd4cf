import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { EditRecord } from '../render/editRecord';
import { FileTree } from '../render/fileTree';
import {
  conflictOf,
  withFollower,
  type RevertConflict,
} from './revertConflict';
import type { RevertChoice, RevertedEdit } from './revertedEdit';
import { takeBackEdit, type StandingFile } from './takeBackEdit';

export interface RevertPlan {
  /** Only those that differ. */
  files: FileWrite[];
  /** What the revert itself changes, so that it can be taken back as well. */
  record: EditRecord[];
  conflicts: RevertConflict[];
  /** Edits that conflict only because another conflict stands above them: they go as is chosen there. */
  followers: Array<Pick<RevertConflict, 'edit' | 'seen'>>;
  /** All conflicts so far, for earlier edits. */
  standing: RevertConflict[];
}

/**
 * What taking edits back comes to on a tree, which stays as it is: the last edit
 * first; where the file still says what the run wrote, it says what was there
 * before. Elsewhere nothing is written unless a person who saw what stands there
 * chose so.
 *
 * @param above - conflicts of later edits that are left as they are
 */
export async function planRevert(
  edits: readonly RevertedEdit[],
  before: FileTree,
  choices: Readonly<Record<string, RevertChoice>>,
  above: readonly RevertConflict[] = [],
): Promise<RevertPlan> {
  const tree = new FileTree(paths => before.read(paths));
  const record: EditRecord[] = [];
  const standing = [...above];
  const followers: RevertPlan['followers'] = [];
  for (const edit of [...edits].reverse()) {
    const file = await readFile(tree, edit.file);
    const taken = takeBackEdit(edit, file, false);
    if (!('conflict' in taken)) {
      if (taken.write) {
        tree.write(taken.write);
        record.push(taken.record);
      }
      continue;
    }
    const seen = await readFile(before, edit.file);
    const conflict = conflictOf(edit, taken.conflict, { file, seen }, choices);
    if (!conflict.choice && follow(standing, edit)) {
      followers.push({ edit, seen: conflict.seen });
      continue;
    }
    standing.push(conflict);
    if (conflict.choice === 'write' && conflict.written) {
      tree.write(conflict.written);
      record.push(conflict.record!);
    }
  }
  const files = (await tree.changes()).map(({ path, before: old, after }) => ({
    path,
    mode: (after ?? old)!.mode as FileWrite['mode'],
    content: after?.content,
  }));
  const conflicts = standing.slice(above.length);
  return { files, record, conflicts, followers, standing };
}

/** @returns whether the edit follows one of these, which then says so */
function follow(standing: RevertConflict[], edit: RevertedEdit): boolean {
  for (const [at, conflict] of standing.entries()) {
    const followed = withFollower(conflict, edit);
    if (!followed) continue;
    standing[at] = followed;
    return true;
  }
  return false;
}

async function readFile(
  tree: FileTree,
  path: string,
): Promise<StandingFile | undefined> {
  const [file] = await tree.read([path]);
  return file && { ...file, mode: file.mode as FileWrite['mode'] };
}
