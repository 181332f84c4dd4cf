import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../exitCodes';

export const isTestFile = (file: string) => /\.test\.ya?ml$/.test(file);
export const isSensorFile = (file: string) =>
  /\.ya?ml$/.test(file) && !isTestFile(file);

/**
 * The files that the arguments name: a file itself, of a folder those below it
 * that are wanted, in the order of their paths.
 *
 * @throws UserError when there is no such file, or none that is wanted
 */
export async function findFiles(
  names: string[],
  wanted: (file: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const kind = await stat(name).catch(() => undefined);
    if (!kind) {
      throw new UserError(
        `There is no ${name} below ${process.cwd()}. Name a file or a folder.`,
      );
    }
    found.push(...(kind.isDirectory() ? await below(name, wanted) : [name]));
  }
  if (found.length === 0) {
    throw new UserError(
      `Nothing to read in ${names.join(', ')}. Sensors are *.yaml, their tests *.test.yaml.`,
    );
  }
  return [...new Set(found)];
}

async function below(
  folder: string,
  wanted: (file: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter(entry => entry.isFile() && wanted(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort();
}
