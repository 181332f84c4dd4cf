import type { SourcePosition } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { nowSql } from './clock';
import {
  moveIntake,
  type Intake,
  type IntakeStop,
  type IntakeTable,
} from './intakes';

const table: IntakeTable = 'source_intakes';

/** A partition of an event source, as its name among all of them tells. */
export const keyOf = (source: string, partition: string) =>
  `${source}/${partition}`;

/** How far a partition of an event source was read, and what people are told of it. */
export interface SourceIntake {
  /** As the source names it. */
  partition: string;
  topic: string;
  version: number;
  position: SourcePosition;
  stopped: IntakeStop | undefined;
  /** Why nothing is read or taken in, as its reader found. */
  trouble: IntakeStop | undefined;
  /** Milliseconds since the epoch. */
  lastAt: number | undefined;
}

export async function readSourceIntakes(
  knex: Knex,
  source: string,
): Promise<SourceIntake[]> {
  const rows = await knex(table).where({ source }).orderBy('partition');
  return rows.map(row => ({
    partition: row.partition.slice(source.length + 1),
    topic: row.topic,
    version: Number(row.version),
    position: row.position,
    stopped: row.stopped ? JSON.parse(row.stopped) : undefined,
    trouble: row.trouble ? JSON.parse(row.trouble) : undefined,
    lastAt: row.last_at === null ? undefined : Number(row.last_at),
  }));
}

/** Makes rows of partitions that are read for the first time; where another replica did, its positions stay. */
export async function addSourceIntakes(
  knex: Knex,
  source: string,
  partitions: Array<{
    partition: string;
    topic: string;
    position: SourcePosition;
  }>,
): Promise<void> {
  if (partitions.length === 0) return;
  await knex(table)
    .insert(
      partitions.map(({ partition, topic, position }) => ({
        partition: keyOf(source, partition),
        ...{ source, topic, position, version: 1, held_until: 0 },
      })),
    )
    .onConflict('partition')
    .ignore();
}

/**
 * Writes where to read on, where nobody did since it was read.
 *
 * @returns undefined where somebody did
 */
export async function moveSource(
  tx: Knex,
  intake: Intake,
  to: { position: SourcePosition; hadMessages: boolean },
): Promise<Intake | undefined> {
  const { position, hadMessages } = to;
  const moved = await moveIntake(tx, intake, { position }, table);
  if (moved && hadMessages) {
    await tx(table)
      .where({ partition: intake.partition })
      .update({ last_at: tx.raw(nowSql(tx)) });
  }
  return moved;
}

export async function tellTrouble(
  knex: Knex,
  partition: string,
  trouble: IntakeStop | undefined,
): Promise<void> {
  await knex(table)
    .where({ partition })
    .update({ trouble: trouble ? JSON.stringify(trouble) : null });
}
