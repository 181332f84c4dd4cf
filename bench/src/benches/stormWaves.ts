import type { Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { percentile } from '../measure/statistics';
import { promotion } from '../ours/promotion';

const SHOWN = 60;

/** Which change left when, with how many runs, and how long all of it took; for a person. */
export async function tellWaves(
  room: BenchRoom,
  knex: Knex,
  start: number,
): Promise<void> {
  const changes: any[] = await knex('changes as c')
    .join('effects as f', 'f.change_id', 'c.id')
    .groupBy('c.id', 'c.created_at', 'c.ended_at', 'c.state', 'c.end')
    .orderBy('c.created_at')
    .select('c.created_at', 'c.ended_at', 'c.state', 'c.end')
    .count({ runs: 'f.effect_id' });
  const seconds = (at: unknown) => ((Number(at) - start) / 1000).toFixed(1);
  for (const [n, change] of changes.slice(0, SHOWN).entries()) {
    room.log(
      `  change ${n + 1}: sealed at ${seconds(change.created_at)} s with ${change.runs} runs, ${change.end ?? change.state} at ${change.ended_at ? seconds(change.ended_at) : '-'} s`,
    );
  }
  const rows: any[] = await knex('runs')
    .join('events', 'events.uid', 'runs.event_uid')
    .where({ sensor: promotion.metadata.name })
    .whereNotNull('ended_at')
    .select('accepted_at', 'ended_at');
  const delays = rows.map(
    row => (Number(row.ended_at) - Number(row.accepted_at)) / 1000,
  );
  if (delays.length === 0) return;
  const shown = [50, 90, 99, 100].map(
    percent => `p${percent} ${percentile(delays, percent).toFixed(1)}`,
  );
  room.log(`  from accepted to ended: ${shown.join(', ')} s`);
}
