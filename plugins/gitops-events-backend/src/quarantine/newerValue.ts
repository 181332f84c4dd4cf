import { ConflictError } from '@backstage/errors';
import type { NewerValue } from '@gitops-events/plugin-gitops-events-common';
import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { ValueAge } from '../change/valueAge';
import { askedValues, type AskedValue } from '../render/askedValues';
import { shownValue } from '../render/shownValue';
import { effectOf, type Effect } from '../store/effectRow';
import { readRun } from '../store/readRun';

/** Enough to decide by; a person reads them in a dialog. */
const maxValues = 20;

/** A release is to be confirmed: it would put an older value over a newer one. */
export class NewerValueError extends ConflictError {
  readonly newer: NewerValue;

  constructor(newer: NewerValue) {
    super(
      'A newer run has written its value meanwhile. Confirm that the older value shall replace it, or discard this run.',
    );
    this.newer = newer;
  }
}

/** The newest run of the change key, and where its values are not those of `older`. */
export async function readNewerValue(
  tx: Knex,
  older: Effect,
  age: ValueAge,
): Promise<NewerValue> {
  const { generation } = age;
  const [by, value] =
    generation === older.generation
      ? ['run_seq', age.runSeq]
      : [tx.raw('coalesce(as_of, created_at)'), age.asOf];
  const row = await tx('effects')
    .where({ change_key: older.changeKey, generation })
    .whereIn('state', ['pending', 'member'])
    .where(by as string, value)
    .orderBy('run_seq', 'desc')
    .first();
  const newer = effectOf(row);
  const run = await readRun(tx, newer.runId);
  return {
    title: run?.title ?? newer.changeKey,
    at: new Date(newer.createdAt).toISOString(),
    values: differing(askedOf(older), askedOf(newer)),
  };
}

/** Where two lists of edits ask for different values, by file or parameter. Pure. */
export function differingValues(
  older: Edit[],
  newer: Edit[],
): NewerValue['values'] {
  return differing(older.flatMap(askedValues), newer.flatMap(askedValues));
}

function differing(
  older: AskedValue[],
  newer: AskedValue[],
): NewerValue['values'] {
  const before = valuesOf(older);
  const after = valuesOf(newer);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(name => before.get(name) !== after.get(name))
    .slice(0, maxValues)
    .map(name => ({
      name,
      older: before.get(name),
      newer: after.get(name),
    }));
}

/** A revert asks for what was there before. */
function askedOf({ input }: Effect): AskedValue[] {
  const { edits, revert } = input;
  if (!revert) return edits.flatMap(askedValues);
  return revert.edits.map(({ path, file, before }) => ({
    name: path === undefined ? file : `${path} in ${file}`,
    key: path ?? file,
    value: path === undefined ? 'as it was before' : before,
    replaceable: false,
  }));
}

function valuesOf(values: AskedValue[]): Map<string, string> {
  return new Map(values.map(asked => [asked.name, shown(asked)]));
}

function shown({ key, value }: AskedValue): string {
  return value === undefined ? 'removed' : shownValue(key, value);
}
