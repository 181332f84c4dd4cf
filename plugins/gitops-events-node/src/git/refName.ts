import { InputError } from '@backstage/errors';

/**
 * Full name of a branch.
 *
 * @public
 * @throws InputError that says what is wrong with the name.
 */
export function branchRef(branch: string): string {
  return checkRefName(`refs/heads/${branch}`, branch);
}

/** The rules of `git check-ref-format`, plus what git refuses for branches alone. */
function checkRefName(ref: string, shown: string): string {
  const refuse = (why: string) =>
    new InputError(`The branch name ${JSON.stringify(shown)} ${why}`);
  if (shown === '') throw refuse('is empty');
  if (ref.length > 255) throw refuse('is longer than 244 characters');
  if (/\p{Surrogate}/u.test(ref)) throw refuse('is not valid Unicode');
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(ref)) {
    throw refuse('holds a line break or another control character');
  }
  if (/[ ~^:?*[\\]/.test(ref))
    throw refuse('holds one of: space ~ ^ : ? * [ \\');
  if (ref.includes('..')) throw refuse('holds ".."');
  if (ref.includes('@{')) throw refuse('holds "@{"');
  if (shown.startsWith('-')) throw refuse('starts with "-"');
  if (shown === 'HEAD') throw refuse('is reserved by git');
  for (const part of ref.split('/')) {
    if (part === '') throw refuse('has an empty part');
    if (part.startsWith('.')) throw refuse('has a part that starts with "."');
    if (part.endsWith('.')) throw refuse('has a part that ends with "."');
    if (part.endsWith('.lock'))
      throw refuse('has a part that ends with ".lock"');
    if (Buffer.byteLength(part) > 200)
      throw refuse('has a part longer than 200 bytes');
  }
  return ref;
}
