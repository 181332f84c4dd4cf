import type { SensorActivity } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { jsonText } from '../store/reasonCode';
import type { StepRecord } from '../store/runRow';
import { decisionOn, maxCounted } from './countDecisions';
import { readDefinition } from './readRevision';
import { iso } from './runView';
import {
  summarize,
  type CountedRun,
  type CountedSaying,
} from './summarizeActivity';

export interface ActivityQuery {
  hours: number;
  /** Only what this revision said. */
  revision?: number;
}

const hour = 60 * 60 * 1000;

/**
 * What a sensor said within the last hours, counted. As in every count, only
 * its newest rows are looked at, so that a storm does not slow the page.
 */
export async function readActivity(
  knex: Knex,
  sensor: string,
  { hours, revision }: ActivityQuery,
): Promise<SensorActivity> {
  const since = presentTime() - hours * hour;
  const definition = await readDefinition(knex, sensor, revision);
  const narrow = (query: Knex.QueryBuilder) => {
    query.where({ sensor, generation: 0 });
    if (revision !== undefined) query.where({ revision });
  };
  const sayings = await countSayings(knex, since, narrow);
  const runs = await countRuns(knex, since, narrow, definition);
  const counted = (of: { count: number }[]) =>
    of.reduce((sum, { count }) => sum + count, 0);
  return {
    since: iso(since),
    partial: [sayings, runs].some(some => counted(some) >= maxCounted),
    ...summarize(definition, sayings, runs),
  };
}

type Narrow = (query: Knex.QueryBuilder) => void;

async function countSayings(
  knex: Knex,
  since: number,
  narrow: Narrow,
): Promise<CountedSaying[]> {
  const newest = knex('decisions')
    .modify(narrow)
    .orderBy('seq', 'desc')
    .limit(maxCounted)
    .as('newest');
  const groups: Record<string, any>[] = await knex
    .from(newest)
    .leftJoin('events', 'events.uid', 'newest.event_uid')
    .where('decided_at', '>=', since)
    .select(
      'outcome',
      'events.type',
      'events.ingress',
      knex.raw(`${jsonText(knex, 'newest.reason', ['code'])} as code`),
      knex.raw(
        `${jsonText(knex, 'newest.reason', ['detail', 'dependency'])} as dependency`,
      ),
    )
    .max('newest.seq as newest_seq')
    .count('* as count')
    .groupBy('outcome', 'events.type', 'events.ingress', 'code', 'dependency');
  const messages = await messagesOf(
    knex,
    groups.map(group => Number(group.newest_seq)),
  );
  return groups.map(group => ({
    outcome: group.outcome,
    code: group.code,
    dependency: group.dependency ?? undefined,
    type: group.type ?? undefined,
    ingress: group.ingress ?? undefined,
    count: Number(group.count),
    newest: Number(group.newest_seq),
    message: messages.get(Number(group.newest_seq)) ?? '',
  }));
}

async function messagesOf(
  knex: Knex,
  seqs: number[],
): Promise<Map<number, string>> {
  const rows = await knex('decisions')
    .whereIn('seq', seqs)
    .select('seq', 'reason');
  return new Map(
    rows.map(({ seq, reason }) => [Number(seq), JSON.parse(reason).message]),
  );
}

/** Runs that an event started; one that was held at once is told by its decision. */
async function countRuns(
  knex: Knex,
  since: number,
  narrow: Narrow,
  sensor: Sensor | undefined,
): Promise<CountedRun[]> {
  const newest = knex('runs')
    .modify(narrow)
    .orderBy('seq', 'desc')
    .limit(maxCounted)
    .as('newest');
  const started = () =>
    knex
      .from(newest)
      .where('created_at', '>=', since)
      .whereNotExists(decisionOn(knex, 'newest').whereNot({ outcome: 'fired' }))
      .select(
        'step',
        'state',
        'end',
        knex.raw(
          `${jsonText(knex, 'newest.scope', ['events', 0, 'dependency'])} as dependency`,
        ),
        knex.raw('exists ? as decided', [decisionOn(knex, 'newest')]),
      );
  const steps = sensor?.spec.steps.length ?? Infinity;
  const upTo = (query: Knex.QueryBuilder) => {
    if (Number.isFinite(steps)) query.where('step', '<', steps);
  };
  const groups: Record<string, any>[] = await started()
    .modify(upTo)
    .count('* as count')
    .groupBy('step', 'state', 'end', 'dependency', 'decided');
  // The steps of `onFailure` stand behind the others: what failed is told by the run itself.
  const failed: Record<string, any>[] = Number.isFinite(steps)
    ? await started().where('step', '>=', steps).select('steps')
    : [];
  return [
    ...groups.map(group => ({
      ...countedRun(group),
      step: Number(group.step),
      end: group.end ?? undefined,
      count: Number(group.count),
    })),
    ...failed.map(row => ({
      ...countedRun(row),
      step: failedStep(JSON.parse(row.steps)),
      // Also while its onFailure goes on.
      ...{ state: 'ended' as const, end: 'failed' as const },
      count: 1,
    })),
  ];
}

function countedRun(row: Record<string, any>) {
  return {
    state: row.state,
    dependency: row.dependency ?? undefined,
    decided: Boolean(row.decided),
  };
}

function failedStep(steps: StepRecord[]): number {
  return Math.max(
    0,
    steps.findIndex(({ state }) => state === 'failed'),
  );
}
