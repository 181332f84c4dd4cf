import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pause } from '../killAll';

/** As long as a step of ours needs about; half of it before the effect and half after. */
const WORK_MS = 40;

const fileIn = (folder: string) => path.join(folder, 'effects');

/** What a job does: something takes time, leaves a mark outside the database, and takes time again. */
export async function work(folder: string, id: string): Promise<void> {
  await pause(WORK_MS / 2);
  appendFileSync(fileIn(folder), `${id}\n`);
  await pause(WORK_MS / 2);
}

/** The ids that left a mark, once for each mark. */
export function readEffects(folder: string): string[] {
  const file = fileIn(folder);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split('\n');
}
