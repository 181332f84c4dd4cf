import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { runOf } from '../store/runRow';
import { decisionOf, decisionView, type DecisionRow } from './decisionRow';
import { readEventsByUid } from './eventRow';
import { firedDecision } from './eventView';
import { maxScannedRows, readCursor, writeCursor, type Page } from './page';

export interface DecisionsQuery {
  cursor?: string;
  limit: number;
  outcome?: DecisionView['outcome'];
}

interface Numbered {
  seq: number;
  decision: Omit<DecisionRow, 'seq'>;
}

const before = 0;

/**
 * What a sensor said, newest first: its rows in `decisions` and, for what
 * fired, its runs. The two are numbered apart, so the cursor holds a number of
 * each and a page is merged from both.
 */
export async function readDecisions(
  knex: Knex,
  sensor: string,
  query: DecisionsQuery,
): Promise<Page<DecisionView>> {
  const [beforeDecision, beforeRun] = readCursor(query.cursor, 2) ?? [
    before,
    before,
  ];
  const decisions =
    query.outcome === 'fired'
      ? []
      : await readSaid(knex, sensor, beforeDecision, query);
  const runs =
    query.outcome && query.outcome !== 'fired'
      ? []
      : await readFired(knex, sensor, beforeRun, query.limit + 1);

  const page: Array<Numbered['decision']> = [];
  let nextDecision = beforeDecision;
  let nextRun = beforeRun;
  while (page.length < query.limit && decisions.length + runs.length > 0) {
    const [said, fired] = [decisions[0], runs[0]];
    if (
      !fired ||
      (said && said.decision.decidedAt >= fired.decision.decidedAt)
    ) {
      page.push(said.decision);
      nextDecision = decisions.shift()!.seq;
    } else {
      page.push(fired.decision);
      nextRun = runs.shift()!.seq;
    }
  }
  const events = await readEventsByUid(
    knex,
    page.map(({ eventUid }) => eventUid),
  );
  return {
    items: page.map(decision =>
      decisionView(decision, events.get(decision.eventUid)),
    ),
    ...(decisions.length + runs.length > 0 && {
      nextCursor: writeCursor(nextDecision, nextRun),
    }),
  };
}

async function readSaid(
  knex: Knex,
  sensor: string,
  beforeSeq: number,
  { limit, outcome }: DecisionsQuery,
): Promise<Numbered[]> {
  const newest = knex('decisions')
    .where({ sensor })
    .modify(query => {
      if (beforeSeq !== before) query.where('seq', '<', beforeSeq);
    })
    .orderBy('seq', 'desc')
    .limit(outcome ? maxScannedRows : limit + 1)
    .as('newest');
  const rows: Record<string, any>[] = await knex
    .from(newest)
    .select('*')
    .modify(query => {
      if (outcome) query.where({ outcome });
    })
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  return rows.map(row => ({
    seq: Number(row.seq),
    decision: decisionOf(row),
  }));
}

async function readFired(
  knex: Knex,
  sensor: string,
  beforeSeq: number,
  limit: number,
): Promise<Numbered[]> {
  const rows: Record<string, any>[] = await knex('runs')
    .where('runs.sensor', sensor)
    .modify(query => {
      if (beforeSeq !== before) query.where('runs.seq', '<', beforeSeq);
    })
    .whereNotExists(told =>
      told
        .from('decisions')
        .select('seq')
        .whereRaw('decisions.event_uid = runs.event_uid')
        .whereRaw('decisions.sensor = runs.sensor')
        .whereRaw('decisions.generation = runs.generation'),
    )
    .orderBy('runs.seq', 'desc')
    .limit(limit);
  return rows.map(row => {
    const run = runOf(row);
    return { seq: run.seq, decision: firedDecision({ run }) };
  });
}
