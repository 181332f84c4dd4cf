import type { OwnedKind } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import type { OwnedResource } from './isOwner';
import { ownersOf, requestersOf, together } from './owners';

type Read = (
  knex: Knex,
  ids: string[],
) => Promise<ReadonlyMap<string, OwnedResource>>;

const ownersOfRow = (row: {
  owner_ref: string;
  entity_owner_ref: string | null;
}): OwnedResource =>
  ownersOf({
    ownerRef: row.owner_ref,
    entityOwnerRef: row.entity_owner_ref ?? undefined,
  });

const readRows =
  (table: 'runs' | 'changes'): Read =>
  async (knex, ids) => {
    const rows = await knex(table)
      .whereIn('id', ids)
      .select('id', 'owner_ref', 'entity_owner_ref');
    return new Map(rows.map(row => [row.id, ownersOfRow(row)]));
  };

const reads: Record<OwnedKind, Read> = {
  // What became no event belongs to nobody.
  message: async (_, numbers) =>
    new Map(numbers.map(number => [number, { ownerRefs: [] }])),
  run: readRows('runs'),
  change: readRows('changes'),
  async sensor(knex, names) {
    const rows = await knex('sensors')
      .whereIn('name', names)
      .select('name', 'owner');
    return new Map(rows.map(row => [row.name, { ownerRefs: [row.owner] }]));
  },
  async event(knex, uids) {
    const events = await knex('events')
      .whereIn('uid', uids)
      .select('uid', 'owner_ref', 'principal');
    const owners = ['runs.owner_ref', 'runs.entity_owner_ref'];
    const runs = await knex('runs')
      .whereIn('event_uid', uids)
      .select('event_uid', ...owners)
      .union(shared =>
        shared
          .from('decisions')
          .join('runs', 'runs.id', 'decisions.run_id')
          .whereIn('decisions.event_uid', uids)
          .select('decisions.event_uid', ...owners),
      );
    return new Map(
      events.map(event => [
        event.uid,
        together(
          requestersOf({
            ownerRef: event.owner_ref ?? undefined,
            principal: event.principal,
          }),
          ...runs
            .filter(({ event_uid: uid }) => uid === event.uid)
            .map(ownersOfRow),
        ),
      ]),
    );
  },
};

/**
 * Whatever `ownedRef` of the common package names, with its owners, so that the
 * permission backend can answer a page that asks whether a button would work.
 * In the order of the references; undefined where there is no such thing.
 */
export async function readOwned(
  knex: Knex,
  refs: string[],
): Promise<Array<OwnedResource | undefined>> {
  const parsed = refs.map(parse);
  const found = new Map<string, ReadonlyMap<string, OwnedResource>>();
  for (const kind of new Set(parsed.map(each => each.kind))) {
    const read = Object.hasOwn(reads, kind) && reads[kind as OwnedKind];
    if (!read) continue;
    const ids = parsed.flatMap(each => (each.kind === kind ? [each.id] : []));
    const resources = new Map<string, OwnedResource>();
    for (const chunk of chunks(ids)) {
      for (const [id, resource] of await read(knex, chunk)) {
        resources.set(id, resource);
      }
    }
    found.set(kind, resources);
  }
  return parsed.map(({ kind, id }) => found.get(kind)?.get(id));
}

function parse(ref: string): { kind: string; id: string } {
  const colon = ref.indexOf(':');
  return { kind: ref.slice(0, Math.max(0, colon)), id: ref.slice(colon + 1) };
}
