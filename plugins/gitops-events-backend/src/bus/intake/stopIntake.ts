import type { Knex } from 'knex';
import { presentTime } from '../../presentTime';
import { appendChain } from '../../store/chain';
import { moveIntake, type Intake, type IntakeTable } from '../../store/intakes';
import { inTransaction } from '../../store/inTransaction';

/**
 * Nobody reads on in a partition of which something is lost, until a person
 * says from where. Where it was moved on meanwhile, whoever missed something
 * had slept: nothing is lost.
 */
export async function stopIntake(
  knex: Knex,
  intake: Intake,
  message: string,
  table: IntakeTable = 'intakes',
): Promise<void> {
  await inTransaction(knex, async tx => {
    const since = presentTime();
    const { partition, position } = intake;
    const stopped = { message, since };
    if (!(await moveIntake(tx, intake, { position, stopped }, table))) return;
    const what = table === 'intakes' ? 'intake' : 'source';
    const record = { what, partition, outcome: 'stopped', message };
    await appendChain(tx, 'intake', [record], since);
  });
}
