import { ConflictError } from '@backstage/errors';
import type { NewerValue } from '@gitops-events/plugin-gitops-events-common';
import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { effectOf, type Effect } from '../store/effectRow';
import { readRun } from '../store/readRun';
import { maskSecrets } from '../timeline/maskSecrets';

/** Enough to decide by; a person reads them in a dialog. */
const maxValues = 20;
const maxText = 200;

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
  newestRunSeq: number,
): Promise<NewerValue> {
  const row = await tx('effects')
    .where({ change_key: older.changeKey, run_seq: newestRunSeq })
    .first();
  const newer = effectOf(row);
  const run = await readRun(tx, newer.runId);
  return {
    title: run?.title ?? newer.changeKey,
    at: new Date(newer.createdAt).toISOString(),
    values: differingValues(older.input.edits, newer.input.edits),
  };
}

/** Where two lists of edits ask for different values, by file or parameter. Pure. */
export function differingValues(
  older: Edit[],
  newer: Edit[],
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

function valuesOf(edits: Edit[]): Map<string, string> {
  return new Map(
    edits.flatMap(edit => {
      switch (edit.kind) {
        case 'yaml':
          return entries(edit.set, path => `${path} in ${edit.file}`);
        case 'template':
          return entries(edit.params, name => name);
        default:
          return [[edit.file, 'deleted'] as [string, string]];
      }
    }),
  );
}

function entries(
  values: Record<string, unknown>,
  nameOf: (key: string) => string,
): [string, string][] {
  const shown = maskSecrets(values) as Record<string, unknown>;
  return Object.entries(shown).map(([key, value]) => [
    nameOf(key),
    (typeof value === 'string' ? value : JSON.stringify(value)).slice(
      0,
      maxText,
    ),
  ]);
}
