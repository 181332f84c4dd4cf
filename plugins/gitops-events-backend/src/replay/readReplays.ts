import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';
import type {
  ReplayFinding,
  ReplayView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Access } from '../permissions/access';
import { replayOwnedBy } from '../permissions/owners';
import { readEventsByUid } from '../timeline/eventRow';
import {
  readCursor,
  readSeqPage,
  writeCursor,
  type Page,
} from '../timeline/page';
import { iso } from '../timeline/runView';
import { findingOf, type Finding } from './findings';
import { countReplayRuns } from './readReplayRuns';
import { replayOf, type Replay } from './replay';

const mask = maskSecrets as <T>(value: T) => T;

export interface ReplaysRoom {
  knex: Knex;
  config: Pick<GitopsEventsConfig, 'retention'>;
}

/** Newest first. */
export async function readReplays(
  room: ReplaysRoom,
  query: { cursor?: string; limit: number; sensor?: string },
  access: Access,
): Promise<Page<ReplayView>> {
  const { knex } = room;
  const { items, nextCursor } = await readSeqPage({
    ...query,
    rows: () =>
      knex('replays').modify(rows => {
        if (query.sensor) rows.where({ sensor: query.sensor });
      }),
    column: 'replays.seq',
    cursor: query.cursor,
    filter: rows => access.restrict(rows, replayOwnedBy),
  });
  const rows = await knex('replays')
    .whereIn('seq', items)
    .orderBy('seq', 'desc');
  return { items: await viewReplays(room, rows.map(replayOf)), nextCursor };
}

/** Replays as the API shows them. */
export async function viewReplays(
  { knex, config: { retention } }: ReplaysRoom,
  replays: Replay[],
): Promise<ReplayView[]> {
  const runs = await countReplayRuns(knex, replays);
  return replays.map(replay => ({
    ...replayView(replay),
    runs: runs.get(replay.seq),
    keptDays: retention.replayDays,
  }));
}

/** One replay; undefined when there is none, or none that the reader may see. */
export async function readReplay(
  knex: Knex,
  id: string,
  access?: Access,
): Promise<Replay | undefined> {
  const row = await knex('replays').where({ id }).first();
  const seen = row && access?.allows({ ownerRefs: [row.owner_ref] }) !== false;
  return seen ? replayOf(row) : undefined;
}

/** In the order in which they were found. */
export async function readFindings(
  knex: Knex,
  id: string,
  query: { cursor?: string; limit: number; difference?: string },
): Promise<Page<ReplayFinding>> {
  const [after] = readCursor(query.cursor, 1) ?? [];
  const rows: Record<string, any>[] = await knex('replay_findings')
    .where({ replay_id: id })
    .modify(some => {
      if (query.difference) some.where({ difference: query.difference });
      else some.whereNot({ difference: 'waiting' });
      if (after !== undefined) some.andWhere('seq', '>', after);
    })
    .orderBy('seq')
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  const findings = page.map(findingOf);
  const events = await readEventsByUid(
    knex,
    findings.map(({ eventUid }) => eventUid),
  );
  return {
    // Of an event that is no longer kept there is nothing to show.
    items: findings.flatMap(finding => {
      const event = events.get(finding.eventUid);
      return event ? [findingView(finding, event)] : [];
    }),
    ...(rows.length > page.length && {
      nextCursor: writeCursor(Number(page[page.length - 1].seq)),
    }),
  };
}

function replayView(replay: Replay): Omit<ReplayView, 'keptDays'> {
  const { compared: _, keys: __, ...progress } = replay.counts;
  return {
    id: replay.id,
    sensor: replay.sensor,
    revision: replay.revision,
    mode: replay.mode,
    target: replay.target,
    state: replay.state,
    events: replay.events,
    perSecond: replay.perSecond,
    createdBy: replay.createdBy,
    createdAt: iso(replay.createdAt),
    comment: replay.comment,
    endedAt: replay.endedAt === undefined ? undefined : iso(replay.endedAt),
    reason: replay.reason,
    progress,
  };
}

function findingView(
  { eventUid, difference, then, now }: Finding,
  event: { type: string; source: string; subject?: string; acceptedAt: number },
): ReplayFinding {
  return {
    eventUid,
    eventType: event.type,
    eventSource: event.source,
    eventSubject: event.subject,
    acceptedAt: iso(event.acceptedAt),
    difference: difference as ReplayFinding['difference'],
    then: then && {
      outcome: then.outcome,
      reason: mask(then.reason),
      revision: then.revision,
      decidedAt: iso(then.decidedAt),
      runId: then.runId,
      run: then.run,
    },
    now: { ...now, reason: mask(now.reason) },
  };
}
