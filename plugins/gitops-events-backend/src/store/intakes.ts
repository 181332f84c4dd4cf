import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';

/** How far a partition of a broker was taken into the log. */
export interface Intake {
  partition: string;
  /** Counted up whenever its position or what stops it is written. */
  version: number;
  /** What is next; undefined before the first record. */
  position: BusPosition | undefined;
  stopped: IntakeStop | undefined;
}

/** What was lost, so that nobody reads on before a person said how. */
export interface IntakeStop {
  message: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** Where partitions are kept: those of the bus, and those of event sources. */
export type IntakeTable = 'intakes' | 'source_intakes';

function intakeOf(row: Record<string, any>): Intake {
  return {
    partition: row.partition,
    version: Number(row.version),
    position: row.position ?? undefined,
    stopped: row.stopped ? JSON.parse(row.stopped) : undefined,
  };
}

/** Makes a row of each partition that has none. */
export async function addIntakes(
  knex: Knex,
  partitions: string[],
): Promise<void> {
  if (partitions.length === 0) return;
  await knex('intakes')
    .insert(
      partitions.map(partition => ({ partition, version: 1, held_until: 0 })),
    )
    .onConflict('partition')
    .ignore();
}

export async function readIntakes(knex: Knex): Promise<Intake[]> {
  return (await knex('intakes').orderBy('partition')).map(intakeOf);
}

/**
 * Takes a partition, or keeps it, for so many milliseconds of the database's clock.
 *
 * @returns undefined while another replica has it
 */
export async function holdIntake(
  knex: Knex,
  hold: { partition: string; holder: string; forMs: number },
  table: IntakeTable = 'intakes',
): Promise<Intake | undefined> {
  const { partition, holder, forMs } = hold;
  const now = nowSql(knex);
  const [row] = await knex(table)
    .where({ partition })
    .whereRaw(`(holder = ? or held_until <= ${now})`, [holder])
    .update({ holder, held_until: knex.raw(`${now} + ?`, [forMs]) })
    .returning('*');
  return row && intakeOf(row);
}

/** Lets others have at once what this replica holds. */
export async function releaseIntakes(
  knex: Knex,
  holder: string,
  table: IntakeTable = 'intakes',
): Promise<void> {
  await knex(table).where({ holder }).update({ held_until: 0 });
}

/**
 * Writes a position, or what stops it, where nobody did since it was read.
 *
 * @returns undefined where somebody did
 */
export async function moveIntake(
  tx: Knex,
  { partition, version }: Intake,
  to: { position: BusPosition | undefined; stopped?: IntakeStop },
  table: IntakeTable = 'intakes',
): Promise<Intake | undefined> {
  const [row] = await tx(table)
    .where({ partition, version })
    .update({
      version: version + 1,
      position: to.position ?? null,
      stopped: to.stopped ? JSON.stringify(to.stopped) : null,
    })
    .returning('*');
  return row && intakeOf(row);
}

/** What it held that was not read is read by nobody then. */
export async function forgetIntake(
  tx: Knex,
  { partition, version }: Intake,
): Promise<void> {
  await tx('intakes').where({ partition, version }).delete();
}

/** Reads it for a decision: nobody else writes it until the transaction ends. */
export async function lockIntake(
  tx: Knex,
  partition: string,
  table: IntakeTable = 'intakes',
): Promise<Intake | undefined> {
  const row = await tx(table)
    .where({ partition })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first();
  return row && intakeOf(row);
}

/** What came through a partition and is no event. */
export interface Leftover {
  place: string;
  reason: string;
  record: Uint8Array;
}

export async function keepLeftovers(
  tx: Knex,
  partition: string,
  leftovers: Leftover[],
): Promise<void> {
  for (const { place, reason, record } of leftovers) {
    await tx('intake_leftovers').insert({
      partition,
      place,
      reason,
      record: Buffer.from(record),
      at: tx.raw(nowSql(tx)),
    });
  }
}

/** How many there are of each partition that has some. */
export async function countLeftovers(knex: Knex): Promise<Map<string, number>> {
  const rows = await knex('intake_leftovers')
    .groupBy('partition')
    .select('partition')
    .count('* as count');
  return new Map(
    rows.map(({ partition, count }) => [String(partition), Number(count)]),
  );
}
