import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { startLoop } from '../../pipeline/loop';
import { holdIntake, type Intake, type IntakeTable } from '../../store/intakes';

/** Another replica goes on within that and a look of a second; where that one dies as well, a third within twice as much. */
const LEASE_MS = 3_000;

/**
 * Works while this replica has the lease of a partition: it is kept all along,
 * and the work is told to end once somebody else has it, a person has to say
 * how to go on, or a check fails. The lease only spares work; what is written
 * goes by the version of the partition.
 *
 * @returns false where somebody else has it or it is stopped, and nothing was done
 */
export async function whileHeld(options: {
  knex: Knex;
  table: IntakeTable;
  partition: string;
  /** Names this process. */
  holder: string;
  /** Milliseconds that it stays taken without a sign of its reader. Default 3,000. */
  forMs?: number;
  /** Asked five times in the time of a lease; false ends the work. */
  check?(): Promise<boolean>;
  work(intake: Intake, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  logger: LoggerService;
}): Promise<boolean> {
  const { knex, table, partition, holder, check, work, logger } = options;
  const { forMs = LEASE_MS } = options;
  const hold = () => holdIntake(knex, { partition, holder, forMs }, table);
  const intake = await hold();
  if (!intake || intake.stopped) return false;
  const until = new AbortController();
  const watch = startLoop({
    name: `${partition}, lease`,
    pollMs: forMs / 5,
    logger,
    turn: async () => {
      const held = await hold();
      const isWell = (await check?.()) ?? true;
      // A person may have moved it; who reads on from elsewhere reads in vain.
      if (!held || held.stopped || !isWell) until.abort();
      return false;
    },
  });
  try {
    await work(intake, AbortSignal.any([options.signal, until.signal]));
  } finally {
    await watch.stop();
  }
  return true;
}
