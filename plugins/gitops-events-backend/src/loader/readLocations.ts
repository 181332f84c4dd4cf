import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { UrlReaderService } from '@backstage/backend-plugin-api';
import type { GitopsEventsConfig } from '../config';

export type Location = GitopsEventsConfig['sensors']['locations'][number];

/** A file that may hold sensors. */
export interface SensorFile {
  /** Path or URL, for people. */
  location: string;
  text: string;
}

/** What one configured location holds, or why it cannot be read. */
export type ReadLocation =
  | { location: Location; files: SensorFile[] }
  | { location: Location; error: Error };

/** Reads every location; one that fails does not stop the others. */
export async function readLocations(
  locations: Location[],
  urlReader: Pick<UrlReaderService, 'readUrl' | 'readTree'>,
): Promise<ReadLocation[]> {
  const read: ReadLocation[] = [];
  for (const location of locations) {
    try {
      const files =
        'folder' in location
          ? await readFolder(location.folder)
          : await readFrom(location.url, urlReader);
      read.push({ location, files });
    } catch (error) {
      read.push({ location, error: error as Error });
    }
  }
  return read;
}

/** Where a sensor of this location was read from begins with this. */
export function prefixOf(location: Location): string {
  return 'folder' in location ? shown(location.folder) : location.url;
}

const isYaml = (path: string) => /\.ya?ml$/.test(path);
/** Test files stand beside the sensors they are about. */
const isSensorFile = (path: string) =>
  isYaml(path) && !/\.test\.ya?ml$/.test(path);

/** A folder and all below it, in the order of their paths; or one file. */
async function readFolder(folder: string): Promise<SensorFile[]> {
  const paths = isYaml(folder)
    ? [folder]
    : (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter(entry => entry.isFile() && isSensorFile(entry.name))
        .map(entry => join(entry.parentPath, entry.name))
        .sort();
  return Promise.all(
    paths.map(async path => ({
      location: shown(path),
      text: await readFile(path, 'utf8'),
    })),
  );
}

/** As short as it can be without doubt. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith(join('..', '..', '..')) ? path : short;
}

async function readFrom(
  url: string,
  urlReader: Pick<UrlReaderService, 'readUrl' | 'readTree'>,
): Promise<SensorFile[]> {
  if (isYaml(new URL(url).pathname)) {
    const response = await urlReader.readUrl(url);
    return [{ location: url, text: String(await response.buffer()) }];
  }
  const tree = await urlReader.readTree(url, { filter: isSensorFile });
  const files = await tree.files();
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(
    files.map(async file => ({
      location: `${url.replace(/\/$/, '')}/${file.path}`,
      text: String(await file.content()),
    })),
  );
}
