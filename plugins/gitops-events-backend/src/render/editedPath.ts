import { InputError } from '@backstage/errors';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { EditError } from './editError';
import type { FileTree } from './fileTree';

/** The one check of paths in a repository; throws InputError. */
export type CheckPath = (path: string) => unknown;

/** @throws EditError `filePathInvalid`. */
export function checkPath(path: string, check: CheckPath): void {
  // Git takes it, but who runs a tool over the folder gives it an option.
  if (/(^|\/)-/.test(path)) {
    throw new EditError(
      'filePathInvalid',
      `The path ${JSON.stringify(path)} has a part that starts with "-", which tools take for an option; name it otherwise.`,
    );
  }
  try {
    check(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new EditError('filePathInvalid', error.message);
  }
}

/** `a/b` and `a/b/` as `a/b/`. */
export function folderPath(path: string, check: CheckPath): string {
  const trimmed = path.replace(/\/$/, '');
  checkPath(trimmed, check);
  return `${trimmed}/`;
}

/** @throws EditError `symbolicLink`: what it points to may lie outside. */
export function refuseLink(file: RepositoryFile | undefined): void {
  if (file?.mode !== '120000') return;
  throw new EditError(
    'symbolicLink',
    `${file.path} is a symbolic link; edits change files only.`,
  );
}

/**
 * A new file below what is a link or a file would take its place, or, where
 * links are followed, lie elsewhere.
 *
 * @throws EditError `symbolicLink` or `filePathInvalid`.
 */
export async function refuseBehindFiles(
  added: readonly string[],
  tree: Pick<FileTree, 'read'>,
): Promise<void> {
  const above = new Set(added.flatMap(foldersOf));
  if (above.size === 0) return;
  for (const file of await tree.read([...above])) {
    refuseLink(file);
    throw new EditError(
      'filePathInvalid',
      `${file.path} is a file; nothing can be written below it.`,
    );
  }
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
