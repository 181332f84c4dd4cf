import type { Knex } from 'knex';
import { chunks } from './chunks';
import { nowSql } from './clock';

/** What another configuration names is left alone: its replicas say so each hour, and are hardly off for so long. */
const KEPT_MS = 30 * 86_400_000;

/**
 * Topics that a source looked for before they were there.
 *
 * @returns when it first did, in milliseconds since the epoch by the clock of
 *   the database; undefined where an older version noted it
 */
export async function readAwaited(
  knex: Knex,
  source: string,
): Promise<Map<string, number | undefined>> {
  const rows = await knex('awaited_topics').where({ source });
  return new Map(
    rows.map(({ topic, at }) => [topic, at === null ? undefined : Number(at)]),
  );
}

export async function addAwaited(
  knex: Knex,
  source: string,
  topics: string[],
): Promise<void> {
  if (topics.length === 0) return;
  const now = knex.raw(nowSql(knex));
  await knex('awaited_topics')
    .insert(topics.map(topic => ({ source, topic, at: now, seen_at: now })))
    .onConflict(['source', 'topic'])
    .ignore();
}

/**
 * Notes of those that the configuration names that it does, and forgets those
 * that none has named for 30 days. What only older versions named counts as named now.
 */
export async function tidyAwaited(
  knex: Knex,
  isConfigured: (source: string, topic: string) => boolean,
): Promise<void> {
  const now = nowSql(knex);
  const named = { seen_at: knex.raw(now) };
  const topics = () => knex('awaited_topics');
  await topics().whereNull('seen_at').update(named);
  const rows = await topics().select('source', 'topic');
  const keysOf = (areNamed: boolean) =>
    rows
      .filter(({ source, topic }) => isConfigured(source, topic) === areNamed)
      .map(({ source, topic }) => [source, topic]);
  for (const some of chunks(keysOf(true))) {
    await topics().whereIn(['source', 'topic'], some).update(named);
  }
  for (const some of chunks(keysOf(false))) {
    await topics()
      .whereIn(['source', 'topic'], some)
      .whereRaw(`seen_at < ${now} - ?`, [KEPT_MS])
      .del();
  }
}
