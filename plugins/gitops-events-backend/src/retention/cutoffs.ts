import type { Knex } from 'knex';
import { nowSql } from '../store/clock';
import type { Retention } from './readRetention';

/** What is older goes; milliseconds since the epoch. */
export interface Cutoffs {
  payloads: number;
  identities: number;
  decisions: number;
  stories: number;
  leftovers: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * By the earlier one of two clocks, the database's and this machine's: one that
 * leaps ahead must not make everything old at once.
 */
export async function readCutoffs(
  knex: Knex,
  retention: Retention,
): Promise<Cutoffs> {
  const [row] = await knex.select(knex.raw(`${nowSql(knex)} as now`));
  const now = Math.min(Number(row.now), Date.now());
  const before = (days: number) => now - days * DAY_MS;
  return {
    payloads: before(retention.payloadDays),
    identities: before(retention.identityDays),
    decisions: before(retention.decisionDays),
    stories: before(retention.timelineDays),
    leftovers: before(retention.leftoverDays),
  };
}
