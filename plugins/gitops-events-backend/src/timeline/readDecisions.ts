import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { reasonCode } from '../store/reasonCode';
import { runOf } from '../store/runRow';
import { decisionOf, decisionView, type DecisionRow } from './decisionRow';
import { readEventsByUid } from './eventRow';
import { firedDecision } from './eventView';
import { readCursor, readSeqPage, writeCursor, type Page } from './page';

export interface DecisionsQuery {
  cursor?: string;
  limit: number;
  outcome?: DecisionView['outcome'] | 'notFired';
  code?: string;
}

interface Numbered {
  seq: number;
  decision: Omit<DecisionRow, 'seq'>;
}

/** Newest first; `next`: the number to go on below, where there may be more. */
interface Some {
  rows: Numbered[];
  next?: number;
}

const none: Some = { rows: [] };
const before = 0;

/**
 * What a sensor said, newest first: its rows in `decisions` and, for what
 * fired, its runs. The two are numbered apart, so the cursor holds a number of
 * each and a page is merged from both. A filter leaves only one of them. Runs
 * of replays are not among them: those are told by their replay.
 */
export async function readDecisions(
  knex: Knex,
  sensor: string,
  query: DecisionsQuery,
): Promise<Page<DecisionView>> {
  const { limit, outcome, code } = query;
  const [beforeDecision, beforeRun] = readCursor(query.cursor, 2) ?? [
    before,
    before,
  ];
  const said = await readSaid(knex, sensor, beforeDecision, query);
  const fired =
    code || (outcome && outcome !== 'fired')
      ? none
      : await readFired(knex, sensor, beforeRun, limit);
  const { page, saidLeft, firedLeft } = merge(said, fired, limit);
  const events = await readEventsByUid(
    knex,
    page.map(({ eventUid }) => eventUid),
  );
  return {
    items: page.map(decision =>
      decisionView(decision, events.get(decision.eventUid)),
    ),
    ...((saidLeft.more || firedLeft.more) && {
      nextCursor: writeCursor(
        saidLeft.below ?? beforeDecision,
        firedLeft.below ?? beforeRun,
      ),
    }),
  };
}

/** The newest of both, and what is left of each for the page after. */
function merge(said: Some, fired: Some, limit: number) {
  const page: Array<Numbered['decision']> = [];
  let [s, f] = [0, 0];
  while (page.length < limit) {
    const [one, other] = [said.rows[s], fired.rows[f]];
    if (!one && !other) break;
    const takeSaid =
      !other || (one && one.decision.decidedAt >= other.decision.decidedAt);
    page.push(takeSaid ? one.decision : other.decision);
    if (takeSaid) s += 1;
    else f += 1;
  }
  return { page, saidLeft: leftOf(said, s), firedLeft: leftOf(fired, f) };
}

function leftOf({ rows, next }: Some, taken: number) {
  return taken < rows.length
    ? { more: true, below: rows[taken - 1]?.seq }
    : { more: next !== undefined, below: next ?? rows.at(-1)?.seq };
}

async function readSaid(
  knex: Knex,
  sensor: string,
  beforeSeq: number,
  { limit, outcome, code }: DecisionsQuery,
): Promise<Some> {
  const { items, nextCursor } = await readSeqPage({
    rows: () => knex('decisions').where({ sensor }),
    column: 'decisions.seq',
    cursor: beforeSeq === before ? undefined : writeCursor(beforeSeq),
    limit,
    filter(query) {
      if (outcome === 'notFired') query.whereNot({ outcome: 'fired' });
      else if (outcome) query.where({ outcome });
      if (code) query.whereRaw(`${reasonCode(knex, 'decisions')} = ?`, [code]);
    },
  });
  const rows: Record<string, any>[] = await knex('decisions')
    .whereIn('seq', items)
    .orderBy('seq', 'desc');
  return {
    rows: rows.map(row => ({
      seq: Number(row.seq),
      decision: decisionOf(row),
    })),
    next: nextCursor ? readCursor(nextCursor, 1)![0] : undefined,
  };
}

async function readFired(
  knex: Knex,
  sensor: string,
  beforeSeq: number,
  limit: number,
): Promise<Some> {
  const rows: Record<string, any>[] = await knex('runs')
    .where({ 'runs.sensor': sensor, 'runs.generation': 0 })
    .modify(query => {
      if (beforeSeq !== before) query.where('runs.seq', '<', beforeSeq);
    })
    .whereNotExists(told =>
      told
        .from('decisions')
        .select('seq')
        .whereRaw('decisions.event_uid = runs.event_uid')
        .whereRaw('decisions.sensor = runs.sensor')
        .where('decisions.generation', 0),
    )
    .orderBy('runs.seq', 'desc')
    .limit(limit + 1);
  const runs = rows.slice(0, limit).map(runOf);
  return {
    rows: runs.map(run => ({ seq: run.seq, decision: firedDecision({ run }) })),
    next: rows.length > limit ? runs.at(-1)!.seq : undefined,
  };
}
