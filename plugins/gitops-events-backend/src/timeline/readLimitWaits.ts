import {
  countInWords,
  durationInWords,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import type { Run } from '../store/runRow';

const isPending = "e.state = 'pending'";

/** Why runs wait to join a change longer than usual, by run id: which limit, how long, and who waits with them. */
export async function readLimitWaits(
  knex: Knex,
  runs: Run[],
): Promise<Map<string, Reason>> {
  const waiting = runs.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) return new Map();
  const rows: Array<Record<string, string>> = await knex('effects as e')
    .join('bases as b', join =>
      join.on('b.repository', 'e.repository').andOn('b.base', 'e.base'),
    )
    .whereIn(
      'e.run_id',
      waiting.map(({ id }) => id),
    )
    .whereRaw(isPending)
    .whereNotNull('b.waits_for')
    .select('e.run_id', 'e.repository', 'e.base', 'b.waits_for');
  const reasons = new Map<string, Reason>();
  const byBase = new Map<string, Reason>();
  for (const { run_id: id, repository, base, waits_for: waits } of rows) {
    const key = `${repository} ${base}`;
    const reason =
      byBase.get(key) ??
      reasonOf(JSON.parse(waits), await countPending(knex, repository, base));
    byBase.set(key, reason);
    reasons.set(id, reason);
  }
  return reasons;
}

async function countPending(
  knex: Knex,
  repository: string,
  base: string,
): Promise<number> {
  const [{ count }] = await knex('effects as e')
    .where({ repository, base })
    .whereRaw(isPending)
    .count({ count: '*' });
  return Number(count);
}

function reasonOf(
  { limit, until }: { limit: string; until: number },
  pending: number,
): Reason {
  const left = Math.max(0, until - presentTime());
  const when = `in about ${durationInWords(left)}`;
  return {
    code: 'limit',
    message: `${limit}. The next change leaves ${when}, with up to ${countInWords(pending, 'run')}.`,
    detail: { until },
  };
}
