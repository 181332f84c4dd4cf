import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../repository/git';
import { valuesFile, valuesText } from '../repository/seed';

/** What a script does for each event: change the file, commit, push. */
export async function commitAndPush(
  bare: string,
  clone: string,
): Promise<(application: number, tag: string) => Promise<void>> {
  await git(path.dirname(clone), 'clone', '--quiet', bare, clone);
  return async (application, tag) => {
    const file = valuesFile(application);
    await writeFile(path.join(clone, file), valuesText(tag));
    await git(clone, 'add', file);
    await git(clone, 'commit', '--quiet', '-m', `Promote ${tag}`);
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  };
}
