import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { runOwnedBy } from '../permissions/owners';
import { optionalNumber } from '../store/runRow';
import type { AppliedSample } from './latency';
import { groupBy } from './groupBy';

/** The newest of the runs that ended applied; enough for a p99, few enough for a page. */
const maxSamples = 2_000;

/** When runs that ended applied since then passed each hop; those of a replay come long after their events. */
export async function readApplied(
  knex: Knex,
  access: Access,
  since: number,
): Promise<AppliedSample[]> {
  const runs: Record<string, any>[] = await knex('runs')
    .join('events', 'events.uid', 'runs.event_uid')
    .where('runs.ended_at', '>=', since)
    .where({ 'runs.end': 'applied', 'runs.generation': 0 })
    .modify(query => access.restrict(query, runOwnedBy))
    .orderBy('runs.ended_at', 'desc')
    .limit(maxSamples)
    .select(
      'runs.id',
      'runs.created_at',
      'runs.ended_at',
      'events.accepted_at',
    );
  const written = await readWritten(
    knex,
    runs.map(({ id }) => id),
  );
  return runs.map(run => {
    const change = written.get(run.id);
    return {
      acceptedAt: Number(run.accepted_at),
      firedAt: Number(run.created_at),
      sealedAt: change?.sealedAt,
      mergedAt: change?.mergedAt,
      appliedAt: Number(run.ended_at),
      waitedMs: change?.waitedMs ?? 0,
    };
  });
}

interface Written {
  sealedAt?: number;
  mergedAt?: number;
  waitedMs: number;
}

/** What the last change of each run took. */
async function readWritten(
  knex: Knex,
  runIds: string[],
): Promise<Map<string, Written>> {
  const rows = await knex('effects')
    .join('changes', 'changes.id', 'effects.change_id')
    .leftJoin('change_revisions', join =>
      join
        .on('change_revisions.change_id', 'effects.change_id')
        .andOn('change_revisions.revision', 'effects.revision'),
    )
    .whereIn('effects.run_id', runIds)
    .orderBy('changes.seq')
    .select(
      'effects.run_id',
      'effects.change_id',
      'changes.merged_at',
      'change_revisions.sealed_at',
    );
  const waits = await readWaits(knex, [
    ...new Set(rows.map(row => row.change_id as string)),
  ]);
  return new Map(
    rows.map(row => {
      const mergedAt = optionalNumber(row.merged_at);
      const sealedAt = optionalNumber(row.sealed_at);
      const wait = waits.get(row.change_id);
      const until = wait?.approvedAt ?? mergedAt;
      return [
        row.run_id,
        {
          sealedAt,
          mergedAt,
          waitedMs:
            wait && until !== undefined
              ? Math.max(0, until - Math.max(wait.since, sealedAt ?? 0))
              : 0,
        },
      ];
    }),
  );
}

/** When each of these changes began to wait for a person, and when the last one approved. */
async function readWaits(
  knex: Knex,
  changeIds: string[],
): Promise<Map<string, { since: number; approvedAt?: number }>> {
  const rows = await knex('timeline')
    .whereIn('change_id', changeIds)
    .whereIn('kind', ['waitingForApproval', 'approved'])
    .groupBy('change_id', 'kind')
    .select('change_id', 'kind')
    .min('at as first')
    .max('at as last');
  const byChange = groupBy(rows, row => row.change_id as string);
  return new Map(
    [...byChange].flatMap(([id, kinds]) => {
      const waiting = kinds.find(({ kind }) => kind === 'waitingForApproval');
      const approved = kinds.find(({ kind }) => kind === 'approved');
      return waiting
        ? [
            [
              id,
              {
                since: Number(waiting.first),
                approvedAt: optionalNumber(approved?.last),
              },
            ] as const,
          ]
        : [];
    }),
  );
}
