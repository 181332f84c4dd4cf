import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** Where a program stands on a search path; undefined when it does not. */
export async function findProgram(
  name: string,
  search = process.env.PATH ?? '',
): Promise<string | undefined> {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  for (const folder of search.split(path.delimiter).filter(path.isAbsolute)) {
    for (const candidate of names.map(one => path.join(folder, one))) {
      const there = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (there) return candidate;
    }
  }
  return undefined;
}
