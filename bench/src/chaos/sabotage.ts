import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../repository/git';

/** Ways to harm a repository so that an honest count must see it. */
export const sabotages = ['lose', 'double', 'disorder'] as const;
export type Sabotage = (typeof sabotages)[number];

/** Harms the main branch of a bare repository behind everybody's back. */
export async function sabotage(
  bare: string,
  how: Sabotage,
  clone: string,
): Promise<void> {
  await git(path.dirname(clone), 'clone', '--quiet', bare, clone);
  if (how === 'double') {
    const newest = await git(clone, 'log', '-1', '--format=%B');
    await git(clone, 'commit', '--quiet', '--allow-empty', '-m', newest);
  } else {
    await rewriteMarks(clone, how);
    await git(clone, 'commit', '--quiet', '--all', '-m', 'Tidy up');
  }
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
}

async function rewriteMarks(
  clone: string,
  how: 'lose' | 'disorder',
): Promise<void> {
  const files = await git(clone, 'grep', '-l', 'push-');
  const file = path.join(clone, files.split('\n')[0]);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    how === 'lose'
      ? text.replace(/^ *- "?push-.*\n?/m, '')
      : text.replace(/^latest: \d+$/m, 'latest: 0'),
  );
}
