import type { Involved } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { userOf } from '../pipeline/principal';
import { isPostgres } from './clock';

/** A window makes one run of several events, named in the run's own row. */
const eventsOf = (knex: Knex, runs: string) =>
  isPostgres(knex)
    ? `left join lateral json_array_elements(${runs}.scope::json -> 'events') made_of(value) on true`
    : `left join json_each(${runs}.scope, '$.events') made_of`;

/**
 * What led to an event is followed to its beginning: the event that it names as
 * its cause, and where it tells of a commit of ours, the events of all runs in
 * that. `union` ends a circle.
 */
const involvedSql = (knex: Knex, count: number) => `
  with recursive members as (
    select effects.change_id, runs.id, runs.event_uid, runs.scope, runs.generation
    from effects join runs on runs.id = effects.run_id
    where effects.state = 'member'
      and effects.change_id in (${Array(count).fill('?').join(', ')})
  ), origins (change_id, uid) as (
    select change_id, event_uid from members
    union
    select change_id, made_of.value ->> 'uid' from members
    ${eventsOf(knex, 'members')}
    union
    select origins.change_id, case led.way
        when 'cause' then events.causation_id
        else coalesce(made_of.value ->> 'uid', runs.event_uid)
      end
    from origins
    join events on events.uid = origins.uid
    cross join (select 'cause' as way union all select 'commit') led
    left join effects on led.way = 'commit' and effects.state = 'member'
      and effects.change_id = ${isPostgres(knex) ? 'events.about::json' : 'events.about'} ->> 'changeId'
    left join runs on runs.id = effects.run_id
    ${eventsOf(knex, 'runs')}
    where led.way = 'cause' or runs.id is not null
  )
  select origins.change_id, 'requested' as did, events.principal as who
  from origins join events on events.uid = origins.uid
  union
  select members.change_id, 'replayed', replays.created_by
  from members join replays on replays.seq = members.generation
  where members.generation > 0
  union
  select members.change_id, 'reverted', reverts.asked_by
  from members join reverts on reverts.run_id = members.id
  union
  select members.change_id, 'released', timeline.data
  from members join timeline on timeline.run_id = members.id
  where timeline.kind = 'released'
  order by 1, 2, 3`;

/**
 * The people who caused these changes or let them through: who brought the
 * events of their members, or events that led to those; who had them replayed;
 * who asked for a revert; who released them. Services are nobody.
 *
 * @returns by the change's id; of a change that only services had a part in, nothing
 */
export async function readInvolved(
  knex: Knex,
  changeIds: string[],
): Promise<Map<string, Involved[]>> {
  const found = new Map<string, Map<string, Involved>>();
  if (changeIds.length === 0) return new Map();
  const result = await knex.raw(involvedSql(knex, changeIds.length), changeIds);
  const rows: Array<{ change_id: string; did: string; who: string }> =
    isPostgres(knex) ? result.rows : result;
  for (const row of rows) {
    const one = involvedOf(row);
    if (!one) continue;
    const ofChange = found.get(row.change_id) ?? new Map();
    ofChange.set(`${one.did} ${one.by}`, one);
    found.set(row.change_id, ofChange);
  }
  return new Map([...found].map(([id, people]) => [id, [...people.values()]]));
}

function involvedOf(row: { did: string; who: string }): Involved | undefined {
  const did = row.did as Involved['did'];
  const by = userOf(did === 'released' ? JSON.parse(row.who).by : row.who);
  return by === undefined ? undefined : { by, did };
}
