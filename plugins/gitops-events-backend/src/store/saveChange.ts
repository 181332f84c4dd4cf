import type { Knex } from 'knex';
import { changeRowOf, isChecking, type Change } from './changeRow';
import { nowSql } from './clock';

/**
 * Writes a change back, if nobody wrote to it since it was read.
 *
 * @returns the change with its new version, or undefined when somebody did
 */
export async function saveChange(
  tx: Knex,
  change: Change,
): Promise<Change | undefined> {
  const next = { ...change, version: change.version + 1 };
  const written = await tx('changes')
    .where({ id: change.id, version: change.version })
    .update(changeRowOf(next));
  return written === 1 ? next : undefined;
}

/** Gives a claim back where nothing was found that a person would see; the version stays. */
export async function restChange(tx: Knex, change: Change): Promise<void> {
  const { id, version, attempt, dueAt } = change;
  await tx('changes')
    .where({ id, version })
    .update({
      ...{ attempt, due_at: dueAt, claimed_by: null },
      checking: isChecking(change),
    });
}

/**
 * Writes what a person asks of the writer of a change, who looks at it now. A claim
 * stays with who has it: he finds that the version moved, writes nothing more, and
 * gives the change back.
 *
 * @returns whether nobody wrote to the change since it was read
 */
export async function askWriter(
  tx: Knex,
  { id, version, asked }: Pick<Change, 'id' | 'version' | 'asked'>,
): Promise<boolean> {
  const written = await tx('changes')
    .where({ id, version })
    .update({
      asked: asked ? JSON.stringify(asked) : null,
      version: version + 1,
      due_at: dueUnlessClaimed(tx),
    });
  return written === 1;
}

/**
 * Makes open changes due; those that somebody works on as {@link askWriter} does, so
 * that what was found before counts no more. The version of the others stays: a
 * person sees nothing new.
 */
export async function lookAgain(
  tx: Knex,
  ids: string[] | Knex.QueryBuilder,
): Promise<void> {
  await tx('changes')
    .whereIn('id', ids as string[])
    .whereNot({ state: 'ended' })
    .update({
      version: tx.raw(
        'case when claimed_by is null then version else version + 1 end',
      ),
      due_at: dueUnlessClaimed(tx),
    });
}

function dueUnlessClaimed(tx: Knex): Knex.Raw {
  return tx.raw(
    `case when claimed_by is null then ${nowSql(tx)} else due_at end`,
  );
}

/**
 * Gives a claim back under which something is left to do, or somebody else wrote.
 *
 * @returns false where it is over already
 */
export async function giveBack(
  knex: Knex,
  { id, claimedBy, dueAt }: Change,
): Promise<boolean> {
  const given = await knex('changes')
    .where({ id, claimed_by: claimedBy!, due_at: dueAt })
    .update({ claimed_by: null, due_at: knex.raw(nowSql(knex)) });
  return given === 1;
}
