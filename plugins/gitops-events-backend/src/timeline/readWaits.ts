import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { breakerOfTopic, waitsForBreaker } from '../breaker/waitsForBreaker';
import { breakerText, readOpenBreakers } from '../store/breakers';
import type { Run } from '../store/runRow';

/**
 * Why runs wait for circuit breakers, by run id: told from the breaker as it
 * is now, since it may have opened again after the run began to wait.
 */
export async function readWaits(
  knex: Knex,
  runs: Run[],
  titles: ReadonlyMap<string, string>,
): Promise<Map<string, Reason>> {
  const waiting = runs.flatMap(({ id, state, topic, reason }) => {
    const key = state === 'queued' && topic ? breakerOfTopic(topic) : undefined;
    return key ? [{ id, key, since: Number(reason?.detail?.since ?? 0) }] : [];
  });
  if (waiting.length === 0) return new Map();
  const rows = await readOpenBreakers(
    knex,
    waiting.map(({ key }) => key),
  );
  const breakers = new Map(rows.map(row => [breakerText(row), row.breaker]));
  return new Map(
    waiting.flatMap(({ id, key, since }) => {
      const breaker = breakers.get(breakerText(key));
      if (!breaker || breaker.state === 'closed') return [];
      const title = titles.get(key.sensor) ?? key.sensor;
      return [[id, waitsForBreaker(key, title, breaker, since)] as const];
    }),
  );
}
