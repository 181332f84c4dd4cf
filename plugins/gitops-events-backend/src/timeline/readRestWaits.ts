import {
  durationInWords,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { readRests, type Rest } from '../store/readRests';
import type { Run } from '../store/runRow';

/** Why runs do not join a change yet although nothing is on its way to their base, by run id: what their change key wrote before. */
export async function readRestWaits(
  knex: Knex,
  runs: Run[],
): Promise<Map<string, Reason>> {
  const waiting = runs.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) return new Map();
  const now = presentTime();
  const rests = await readRests(knex, now);
  if (rests.size === 0) return new Map();
  const rows: Array<{ run_id: string; change_key: string }> = await knex(
    'effects',
  )
    .whereIn(
      'run_id',
      waiting.map(({ id }) => id),
    )
    .where({ state: 'pending', urgent: false })
    .select('run_id', 'change_key');
  return new Map(
    rows.flatMap(({ run_id: id, change_key: key }) => {
      const rest = rests.get(key);
      return rest ? [[id, reasonOf(rest, now)] as const] : [];
    }),
  );
}

function reasonOf(rest: Rest, now: number): Reason {
  const detail = { change: rest.changeId };
  if (rest.waitsFor === 'checks') {
    return {
      code: 'checking',
      message: `Waits for the checks of pull request #${rest.pullNumber}, which holds an earlier value. It goes into the next one, once that is merged or its checks fail.`,
      detail,
    };
  }
  const { applications, until } = rest;
  const whom =
    applications.length === 0
      ? 'the change before it is applied'
      : `${applications.join(', ')} applied the change before it`;
  return {
    code: 'syncing',
    message: `Waits until ${whom}, ${durationInWords(until - now)} at most.`,
    detail: { ...detail, until },
  };
}
