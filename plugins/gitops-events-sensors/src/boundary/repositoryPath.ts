import { hasControlCharacters } from '../printable';

/**
 * Whether a text is a path inside a repository that Git and every file system
 * take: relative, `/` between its parts, nothing that leaves it, and nothing
 * inside `.git`. A `/` at its end, for a folder, is allowed.
 *
 * @public
 */
export function isRepositoryPath(path: string): boolean {
  if (path.length > 1024 || path.includes('\\')) return false;
  if (hasControlCharacters(path)) return false;
  return path
    .replace(/\/$/, '')
    .split('/')
    .every(
      part =>
        part !== '' &&
        part !== '.' &&
        part !== '..' &&
        !/^\.git[. ]*$/i.test(part),
    );
}
