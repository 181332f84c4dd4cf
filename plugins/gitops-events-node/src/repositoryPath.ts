import { InputError } from '@backstage/errors';

/**
 * Code points that HFS+ ignores in names, so that `.g<zero width joiner>it`
 * opens `.git` there. Source: `next_hfs_char` in git's utf8.c.
 */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** `.git` as NTFS also reads it: short name, trailing dots and spaces, streams. Source: `is_ntfs_dotgit` in git's path.c. */
const gitFolder = /^(\.git|git~1)[. ]*(:.*)?$/;
const gitModules =
  /^(\.gitmodules|gitmod~[1-4]|gi7eba~[1-9]|gi7eb~[1-9]\d|gi7e~[1-9]\d{2}|gi7~[1-9]\d{3}|gi~[1-9]\d{4}|g~[1-9]\d{5}|~[1-9]\d{6})[. ]*(:.*)?$/;
/** Shown as nothing, or turning what stands around it: a reviewer would approve another name. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * The one check of paths inside a repository, whoever gives them. Returns the
 * parts.
 *
 * @public
 * @throws InputError that names the path and what is wrong with it.
 */
export function splitRepositoryPath(path: string): string[] {
  const refuse = (why: string) =>
    new InputError(`The path ${JSON.stringify(path)} ${why}`);
  if (path === '') throw refuse('is empty');
  if (path.length > 1024) throw refuse('is longer than 1024 characters');
  if (/\p{Surrogate}/u.test(path)) throw refuse('is not valid Unicode');
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) {
    throw refuse('holds a line break or another control character');
  }
  if (path.includes('\\')) throw refuse('holds a backslash; use "/"');
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) {
    throw refuse('is absolute; give it relative to the repository');
  }
  const parts = path.split('/');
  for (const part of parts) {
    const folded = part.replace(ignoredByHfs, '').toLowerCase();
    if (part === '') throw refuse('has an empty part');
    if (part === '.' || part === '..') {
      throw refuse(`has the part "${part}"; it must not leave its folder`);
    }
    if (Buffer.byteLength(part) > 255) {
      throw refuse('has a part longer than 255 bytes');
    }
    if (gitFolder.test(folded)) {
      throw refuse('reaches into ".git", which is not part of a commit');
    }
    if (gitModules.test(folded)) {
      throw refuse('is the list of submodules, which changes do not touch');
    }
    if (invisible.test(part)) {
      throw refuse('holds a character that is not shown, or turns the text');
    }
    if (/[. ]$/.test(part) || part.includes(':$')) {
      throw refuse(
        'has a part that Windows takes for another name: without the dot or space at its end, or without what begins with ":$"',
      );
    }
  }
  return parts;
}
