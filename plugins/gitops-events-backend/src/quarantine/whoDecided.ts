import type { Knex } from 'knex';
import type { Run } from '../store/runRow';

/** Tells the second of two people what happened since they looked. */
export async function whoDecided(tx: Knex, run: Run): Promise<string> {
  if (run.state === 'ended') {
    return `It has ended meanwhile: ${run.reason?.message ?? run.end}`;
  }
  const last = await tx('timeline')
    .where({ run_id: run.id, kind: 'released' })
    .orderBy('seq', 'desc')
    .first();
  const by = last && (JSON.parse(last.data).by as string);
  return by
    ? `${by} released it meanwhile. Look again.`
    : 'It moved on meanwhile. Look again.';
}
