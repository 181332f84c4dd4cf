import type {
  ChangeDiff,
  ChangeView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { changeSeenBy, ownersOf, together } from '../permissions/owners';
import { changeOf, type Change } from '../store/changeRow';
import { readChange } from '../store/readChange';
import { changeView } from './changeView';
import { orContains, readSeqPage, type Page } from './page';
import { readChangeParts } from './readChangeParts';

export interface ChangesQuery {
  cursor?: string;
  limit: number;
  state?: 'open' | 'waiting' | 'ended';
  entityRef?: string;
  text?: string;
}

/** Changes, newest first. */
export async function readChanges(
  knex: Knex,
  query: ChangesQuery,
  access: Access,
): Promise<Page<ChangeView>> {
  const page = await readSeqPage({
    column: 'changes.seq',
    cursor: query.cursor,
    limit: query.limit,
    rows: () =>
      knex('changes').modify(changes => {
        const { state, entityRef } = query;
        if (entityRef) changes.where('changes.entity_ref', entityRef);
        // Written as the partial index over open changes has it.
        if (state === 'open' || state === 'waiting') {
          changes.whereRaw("changes.state <> 'ended'");
        }
      }),
    filter(changes) {
      const { state, text } = query;
      if (state === 'waiting') {
        changes.where('changes.state', 'waiting');
      }
      if (state === 'ended') changes.where('changes.state', 'ended');
      if (text) {
        changes.where(any =>
          ['title', 'repository', 'sensor', 'entity_ref', 'id'].forEach(
            column => orContains(any, `changes.${column}`, text),
          ),
        );
      }
      access.restrict(changes, changeSeenBy);
    },
  });
  const rows = await knex('changes').whereIn('seq', page.items);
  const bySeq = new Map(rows.map(row => [Number(row.seq), changeOf(row)]));
  const changes = page.items.flatMap(seq => bySeq.get(seq) ?? []);
  return { ...page, items: await viewChanges(knex, changes, 20) };
}

/** One change; undefined when there is none that the reader may see. */
export async function readChangeView(
  knex: Knex,
  id: string,
  access: Access,
): Promise<ChangeView | undefined> {
  const change = await readSeenChange(knex, id, access);
  return change && viewChange(knex, change);
}

export async function viewChange(
  knex: Knex,
  change: Change,
): Promise<ChangeView> {
  const [view] = await viewChanges(knex, [change], 1_000);
  return view;
}

/** What a change writes, file by file. */
export async function readChangeDiff(
  knex: Knex,
  id: string,
  access: Access,
): Promise<ChangeDiff | undefined> {
  const change = await readSeenChange(knex, id, access);
  const row =
    change &&
    (await knex('change_revisions')
      .where({ change_id: id, revision: change.revision })
      .first('revision', 'diff', 'diff_hash'));
  return (
    row && {
      changeId: id,
      revision: row.revision,
      diffHash: row.diff_hash,
      files: JSON.parse(row.diff),
    }
  );
}

async function readSeenChange(
  knex: Knex,
  id: string,
  access: Access,
): Promise<Change | undefined> {
  const change = await readChange(knex, id);
  if (!change) return undefined;
  const members = await knex('effects')
    .join('runs', 'runs.id', 'effects.run_id')
    .where('effects.change_id', id)
    .distinct('runs.owner_ref', 'runs.entity_owner_ref');
  const owners = together(
    ownersOf(change),
    ...members.map(row =>
      ownersOf({
        ownerRef: row.owner_ref,
        entityOwnerRef: row.entity_owner_ref ?? undefined,
      }),
    ),
  );
  return access.allows(owners) ? change : undefined;
}

async function viewChanges(
  knex: Knex,
  changes: Change[],
  membersEach: number,
): Promise<ChangeView[]> {
  const parts = await readChangeParts(knex, changes, membersEach);
  return parts.map(changeView);
}
