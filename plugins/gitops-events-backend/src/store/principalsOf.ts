import type { Knex } from 'knex';
import { isPostgres } from './clock';

/**
 * Who brought the events of a change's members: all of them where a window
 * made one run of several, as the run's own row names them.
 */
export async function principalsOf(
  knex: Knex,
  changeId: string,
): Promise<string[]> {
  const members = () =>
    knex('effects')
      .join('runs', 'runs.id', 'effects.run_id')
      .where({ 'effects.change_id': changeId, 'effects.state': 'member' })
      .select('events.principal');
  const ofWindows = members()
    .joinRaw(
      isPostgres(knex)
        ? `cross join json_array_elements(runs.scope::json -> 'events') made_of(value)`
        : `join json_each(runs.scope, '$.events') made_of`,
    )
    .joinRaw(`join events on events.uid = made_of.value ->> 'uid'`);
  const rows = await members()
    .join('events', 'events.uid', 'runs.event_uid')
    .union(ofWindows);
  return rows.map(({ principal }) => principal);
}
