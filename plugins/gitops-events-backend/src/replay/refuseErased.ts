import { ConflictError } from '@backstage/errors';
import type { ReplayEvents } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { isPostgres } from '../store/clock';
import { memoryMs } from './memoryMs';

/**
 * Refuses a replay that would need what was erased. Asked once the replay is
 * there, in its transaction: what erases waits for that, and then leaves alone
 * what the replay is to decide.
 *
 * @throws ConflictError which says what can be replayed
 */
export async function refuseErased(
  tx: Knex,
  { uids }: ReplayEvents,
  time: { starts_at: number },
  sensor: Sensor,
): Promise<void> {
  const { erased_until: until } = await tx('retention')
    .where({ id: 1 })
    .modify(query => {
      if (isPostgres(tx)) query.forShare();
    })
    .first('erased_until');
  if (until === null) return;
  if (uids) {
    const gone = await erasedAmong(tx, uids);
    if (gone === 0) return;
    throw new ConflictError(
      `The payloads of ${gone} of these events were erased when their time was over (gitopsEvents.retention), and without it an event cannot be decided again. Leave them out.`,
    );
  }
  if (time.starts_at > Number(until)) return;
  const first = new Date(Number(until) + memoryMs(sensor) + 1);
  throw new ConflictError(
    `Events of that time were erased when their time was over (gitopsEvents.retention), and cannot be decided again. Choose those from ${first.toISOString()} on.`,
  );
}

async function erasedAmong(tx: Knex, uids: string[]): Promise<number> {
  const asked = [...new Set(uids)];
  let there = 0;
  for (const some of chunks(asked)) {
    const rows = await tx('events')
      .whereIn('uid', some)
      .whereNull('erased_at')
      .pluck('uid');
    there += rows.length;
  }
  return asked.length - there;
}
