import type { Knex } from 'knex';
import { userOf } from '../pipeline/principal';
import { escapeLike } from '../store/escapeLike';
import { orAnyRow } from '../store/orAnyRow';
import { orAnyRun } from '../store/orAnyRun';
import type { OwnedResource } from './isOwner';

/**
 * Who owns what, written once for a thing in hand and once for a query:
 *
 * - a sensor, and each replay of it: its owner
 * - a run: the owners of its sensor and of its entity; to see or cancel it,
 *   also who asked for it: for each of its events, the owner of the event's
 *   entity and the user who brought it
 * - an event: who asked, and the owners of its runs
 * - a change: the owners of its sensor and of its entity; to see it, also those
 *   of the runs it carries
 */
export type OwnedBy = (query: Knex.QueryBuilder, claims: string[]) => void;

/** Of a run or a change. */
export const ownersOf = (row: {
  ownerRef: string;
  entityOwnerRef?: string;
}): OwnedResource => ({
  ownerRefs: present([row.ownerRef, row.entityOwnerRef]),
});

/** Whose request an event is. */
export const requestersOf = (event: {
  ownerRef?: string;
  principal: string;
}): OwnedResource => ({
  ownerRefs: present([event.ownerRef, userOf(event.principal)]),
});

/** Several rows together, such as an event and its runs. */
export const together = (...resources: OwnedResource[]): OwnedResource => ({
  ownerRefs: [...new Set(resources.flatMap(({ ownerRefs }) => ownerRefs))],
});

export const sensorOwnedBy: OwnedBy = (query, claims) =>
  query.whereIn('sensors.owner', claims);

export const replayOwnedBy: OwnedBy = (query, claims) =>
  query.whereIn('replays.owner_ref', claims);

export const runOwnedBy: OwnedBy = (query, claims) =>
  anyColumn(query, ['runs.owner_ref', 'runs.entity_owner_ref'], claims);

export const eventOwnedBy: OwnedBy = (query, claims) => {
  query.where(event => requestedBy(event, claims));
  orAnyRun(query, run => runOwnedBy(run, claims));
};

export const changeOwnedBy: OwnedBy = (query, claims) =>
  anyColumn(query, ['changes.owner_ref', 'changes.entity_owner_ref'], claims);

export const changeSeenBy: OwnedBy = (query, claims) => {
  query.where(change => changeOwnedBy(change, claims));
  orAnyRow(query, members =>
    members
      .from('effects')
      .join('runs', 'runs.id', 'effects.run_id')
      .select('runs.id')
      .whereRaw('effects.change_id = changes.id')
      .where(run => runOwnedBy(run, claims)),
  );
};

function requestedBy(query: Knex.QueryBuilder, claims: string[]): void {
  anyColumn(query, ['events.owner_ref', 'events.principal'], claims);
  for (const user of claims.filter(claim => claim.startsWith('user:'))) {
    query.orWhereRaw(`events.principal like ? escape '\\'`, [
      `${escapeLike(user)} via %`,
    ]);
  }
}

// An owner that is not known must be false and not unknown: under `not`, both would hide the row.
function anyColumn(
  query: Knex.QueryBuilder,
  columns: string[],
  claims: string[],
): void {
  for (const column of columns) {
    query.orWhere(each => each.whereNotNull(column).whereIn(column, claims));
  }
}

function present(refs: Array<string | undefined>): string[] {
  return refs.filter((ref): ref is string => Boolean(ref));
}
