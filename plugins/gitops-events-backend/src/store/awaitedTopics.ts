import type { Knex } from 'knex';

/** Topics that a source looked for before they were there: all that they hold came later. */
export async function readAwaited(
  knex: Knex,
  source: string,
): Promise<Set<string>> {
  return new Set(await knex('awaited_topics').where({ source }).pluck('topic'));
}

export async function addAwaited(
  knex: Knex,
  source: string,
  topics: string[],
): Promise<void> {
  if (topics.length === 0) return;
  await knex('awaited_topics')
    .insert(topics.map(topic => ({ source, topic })))
    .onConflict(['source', 'topic'])
    .ignore();
}
