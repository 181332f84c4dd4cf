import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { splitRepositoryPath } from '@gitops-events/plugin-gitops-events-node';
import type { FileTree } from '../render/fileTree';

/**
 * Reads together the files that edits name, where rendering, one run after the
 * other, finds them at hand. A path that is none is told to its own run, when
 * it is rendered.
 */
export async function readAhead(base: FileTree, edits: Edit[]): Promise<void> {
  const paths = edits.flatMap(edit =>
    edit.kind !== 'template' && isPath(edit.file) ? edit.file : [],
  );
  await base.read([...new Set(paths)]);
}

function isPath(path: string): boolean {
  try {
    splitRepositoryPath(path);
    return true;
  } catch {
    return false;
  }
}
