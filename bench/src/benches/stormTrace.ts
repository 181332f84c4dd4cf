import type { Knex } from 'knex';
import { parse } from 'yaml';
import type { BenchRoom } from '../environment/benchRoom';
import { promotion, promotionEvent } from '../ours/promotion';
import { git } from '../repository/git';
import { valuesFile } from '../repository/seed';
import type { GitStorm } from './gitStorm';

const PAGE = 5_000;

/** What the record says of one event of the storm. */
interface Traced {
  seq: string;
  id: string;
  state: string | null;
  end: string | null;
  reason: string | null;
  change_key: string | null;
  run_seq: string | null;
  merge_commit: string | null;
}

/**
 * Events that cannot be followed to a commit that `git log` shows: the one that
 * carries it, or one that carries a newer event of the same change key; and
 * keys whose file does not hold what the last event said.
 */
export async function unaccounted(options: {
  room: BenchRoom;
  knex: Knex;
  storm: GitStorm;
}): Promise<number> {
  const { room, knex, storm } = options;
  const log = await git(storm.bare, 'log', '--format=%H', 'main');
  const commits = new Set(log.split('\n'));
  const inLog = (row: Traced) =>
    row.merge_commit !== null && commits.has(row.merge_commit);

  const newest = new Map<string, number>();
  for await (const row of traces(knex)) {
    if (inLog(row)) newest.set(row.change_key!, Number(row.run_seq));
  }
  const found = new Set<string>();
  const told = new Map<string, number>();
  for await (const row of traces(knex)) {
    const ended = row.state === 'ended' ? row.end! : `${row.state}`;
    told.set(ended, (told.get(ended) ?? 0) + 1);
    const carried = inLog(row) && ['applied', 'done'].includes(ended);
    const newer =
      ended === 'superseded' &&
      (newest.get(row.change_key ?? '') ?? 0) > Number(row.run_seq);
    if (carried || newer) found.add(row.id);
    else if (told.get(ended)! <= 3) {
      room.log(`  ! ${row.id} is ${ended}: ${row.reason}`);
    }
  }
  room.log(
    `  runs: ${[...told].map(([end, count]) => `${count} ${end}`).join(', ')}`,
  );
  let missing = 0;
  for (let n = 0; n < storm.events; n++) {
    if (!found.has(promotionEvent(n % storm.keys, n).id)) missing += 1;
  }
  return missing + (await wrongFiles(room, storm));
}

/** From outside alone. */
async function wrongFiles(room: BenchRoom, storm: GitStorm): Promise<number> {
  let wrong = 0;
  for (let key = 0; key < storm.keys; key++) {
    const text = await git(storm.bare, 'show', `main:${valuesFile(key)}`);
    const last = storm.events - storm.keys + key;
    if (parse(text).image.tag === `1.0.${last}`) continue;
    wrong += 1;
    if (wrong <= 3) room.log(`  ! ${valuesFile(key)} does not end at ${last}`);
  }
  return wrong;
}

async function* traces(knex: Knex): AsyncGenerator<Traced> {
  let after = 0;
  for (;;) {
    const rows: Traced[] = await knex('events as e')
      .leftJoin('runs as r', 'r.event_uid', 'e.uid')
      .leftJoin('effects as f', 'f.run_id', 'r.id')
      .leftJoin('changes as c', 'c.id', 'f.change_id')
      .where('r.sensor', promotion.metadata.name)
      .where('e.seq', '>', after)
      .orderBy('e.seq')
      .limit(PAGE)
      .select('e.seq', 'e.id', 'r.state', 'r.end', 'r.reason')
      .select('f.change_key', 'f.run_seq', 'c.merge_commit');
    if (rows.length === 0) return;
    yield* rows;
    after = Number(rows[rows.length - 1].seq);
  }
}
