import { InputError } from '@backstage/errors';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { EditError } from './editError';

/** The one check of paths in a repository; throws InputError. */
export type CheckPath = (path: string) => unknown;

/** @throws EditError `filePathInvalid`. */
export function checkPath(path: string, check: CheckPath): void {
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
