import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { startLoop, type Loop } from '../pipeline/loop';
import { setClock, type ClockReading } from '../presentTime';
import { isPostgres, nowSql } from './clock';

const EVERY_MS = 5_000;

/** Sets our time by the database's, once at least and then every few seconds. */
export async function followClock(options: {
  knex: Knex;
  logger: LoggerService;
}): Promise<Pick<Loop, 'stop'>> {
  const { knex, logger } = options;
  if (!isPostgres(knex)) return { stop: async () => {} };
  setClock(await readClocks(knex));
  return startLoop({
    name: 'clock',
    logger,
    pollMs: EVERY_MS,
    turn: async () => {
      setClock(await readClocks(knex));
      return false;
    },
  });
}

async function readClocks(knex: Knex): Promise<ClockReading> {
  const asked = performance.now();
  const row = await knex.first(knex.raw(`${nowSql(knex)} as now`));
  const own = Date.now();
  const monotonic = performance.now();
  const uncertain = (monotonic - asked) / 2;
  return { database: Number(row.now) + uncertain, own, monotonic, uncertain };
}
