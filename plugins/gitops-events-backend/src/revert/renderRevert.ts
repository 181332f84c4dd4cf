import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import {
  checkPath,
  refuseBehindFiles,
  refuseLink,
  type CheckPath,
} from '../render/editedPath';
import { EditError } from '../render/editError';
import type { FileTree } from '../render/fileTree';
import type { RenderedEdits } from '../render/renderEdits';
import { refuseTooMuch } from '../render/renderLimits';
import { planRevert } from './planRevert';
import type { RevertConflict } from './revertConflict';
import type { AskedRevert } from './revertedEdit';

/**
 * Turns an asked revert into files, as `renderEdits` does edits. What somebody
 * changed since a person looked is a reason: nothing is written over unseen.
 */
export async function renderRevert(
  { edits, choices, by }: AskedRevert,
  tree: FileTree,
  check: CheckPath,
): Promise<RenderedEdits> {
  try {
    for (const { file } of edits) {
      checkPath(file, check);
      refuseLink((await tree.read([file]))[0]);
    }
    const { files, record, conflicts } = await planRevert(edits, tree, choices);
    const open = conflicts.find(({ choice }) => choice === undefined);
    if (open) return { reason: changedSince(open, by) };
    const paths = files.map(({ path }) => path);
    const there = new Set((await tree.read(paths)).map(({ path }) => path));
    await refuseBehindFiles(
      paths.filter(path => !there.has(path)),
      tree,
    );
    refuseTooMuch(files);
    return { files, record };
  } catch (error) {
    if (error instanceof EditError) return { reason: error.toReason() };
    throw error;
  }
}

function changedSince({ edit }: RevertConflict, by: string): Reason {
  const where = edit.path ? `${edit.path} in ${edit.file}` : edit.file;
  return {
    code: 'changedSince',
    message: `${where} was changed after ${by} looked, so nothing is written over it. Discard this revert, look at the present state, then ask for it again.`,
    detail: { file: edit.file, ...(edit.path && { path: edit.path }) },
  };
}
