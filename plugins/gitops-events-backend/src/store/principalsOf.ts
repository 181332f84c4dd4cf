import type { Knex } from 'knex';

/** Who brought the events of a change's members. */
export async function principalsOf(
  knex: Knex,
  changeId: string,
): Promise<string[]> {
  return knex('effects')
    .join('runs', 'runs.id', 'effects.run_id')
    .join('events', 'events.uid', 'runs.event_uid')
    .where({ 'effects.change_id': changeId, 'effects.state': 'member' })
    .distinct()
    .pluck('events.principal');
}
