import type { Knex } from 'knex';
import { chunks } from './chunks';
import { nowSql } from './clock';

/** A replica that the newest configuration has not reached yet leaves alone what others wait for. */
const KEPT_MS = 86_400_000;

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
  const at = knex.raw(nowSql(knex));
  await knex('awaited_topics')
    .insert(topics.map(topic => ({ source, topic, at })))
    .onConflict(['source', 'topic'])
    .ignore();
}

/** Forgets those that the configuration does not name, once they are a day old. */
export async function forgetAwaited(
  knex: Knex,
  isConfigured: (source: string, topic: string) => boolean,
): Promise<void> {
  const old = () =>
    knex('awaited_topics').whereRaw(`coalesce(at, 0) < ${nowSql(knex)} - ?`, [
      KEPT_MS,
    ]);
  const rows = await old().select('source', 'topic');
  const gone = rows
    .filter(({ source, topic }) => !isConfigured(source, topic))
    .map(({ source, topic }) => [source, topic]);
  for (const some of chunks(gone)) {
    await old().whereIn(['source', 'topic'], some).del();
  }
}
