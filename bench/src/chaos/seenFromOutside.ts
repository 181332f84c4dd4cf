import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { verifyChain } from '@gitops-events/plugin-gitops-events-backend/src/store/chain';
import type { Knex } from 'knex';
import { git } from '../repository/git';

const run = promisify(execFile);

/** `clean`, or what `git fsck` says of a repository. */
export async function fsck(bare: string): Promise<string> {
  try {
    await run('git', ['fsck', '--strict', '--no-dangling'], { cwd: bare });
    return 'clean';
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`.trim();
  }
}

/** `intact`, or where the chain of digests breaks. */
export async function chainOf(knex: Knex): Promise<string> {
  const streams: string[] = await knex('chain').distinct().pluck('stream');
  for (const stream of streams) {
    const { broken } = await verifyChain(knex, stream);
    if (broken) return `${stream} ${broken.number}: ${broken.problem}`;
  }
  return streams.length > 0 ? 'intact' : 'there is none';
}

/** Events that are stored more often than once, with one sentence for each. */
export async function storedTwice(knex: Knex): Promise<string[]> {
  const rows: Array<{ id: string; source: string; times: number | string }> =
    await knex('events')
      .select('id', 'source', knex.raw('count(*) as times'))
      .groupBy('source', 'id')
      .havingRaw('count(*) > 1');
  return rows.map(
    ({ id, source, times }) => `${id} of ${source} is stored ${times} times`,
  );
}

/** How many runs came to which end. */
export async function endsOf(knex: Knex): Promise<Record<string, number>> {
  const rows: Array<{ end: string; times: number | string }> = await knex(
    'runs',
  )
    .whereNotNull('end')
    .select('end')
    .count({ times: '*' })
    .groupBy('end');
  return Object.fromEntries(rows.map(({ end, times }) => [end, Number(times)]));
}

const PATIENCE_MS = 30_000;

/** What runs that ended failed say, the most frequent first. */
export async function whyFailed(knex: Knex): Promise<string[]> {
  const rows = await knex('runs').where({ end: 'failed' }).select('reason');
  const counts = new Map<string, number>();
  for (const { reason } of rows) {
    const { code, message } = JSON.parse(reason);
    const why = `${code}: ${message}`;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([why, count]) => `${count} runs failed, ${why}`);
}

/**
 * Compares the folder of the tracker with the files of the branch: `same`, or
 * what still differs after a while in which nobody writes to the branch.
 */
export async function appliedOf(bare: string, target: string): Promise<string> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await compare(bare, target);
    if (found === 'same' || performance.now() > giveUpAt) return found;
    await new Promise(done => setTimeout(done, 500));
  }
}

async function compare(bare: string, target: string): Promise<string> {
  const names = await git(bare, 'ls-tree', '-r', '--name-only', 'main:apps');
  for (const name of names.split('\n')) {
    const merged = await git(bare, 'show', `main:apps/${name}`);
    const applied = await readFile(path.join(target, name), 'utf8').catch(
      () => undefined,
    );
    if (applied?.trim() !== merged) return `${name} differs`;
  }
  return 'same';
}
