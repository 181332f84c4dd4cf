import type { DedupeMark } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { Run } from './runRow';
import {
  lockKept,
  stateKeyText,
  writeState,
  type StateKey,
} from './sensorState';

/**
 * A dedupe mark ends with a run that failed or was discarded, so that what is
 * sent again fires again. Locks the marks of those among these runs; to be
 * called before the runs are written, as decide locks marks before it writes runs.
 *
 * A mark that was renewed by another event stays, and so does every mark when
 * a replay ends, which has none of its own.
 *
 * @returns deletes the marks of the runs with these ids
 */
export async function lockMarks(
  tx: Knex,
  runs: Run[],
): Promise<(runIds: ReadonlySet<string>) => Promise<void>> {
  const ended = runs.flatMap(marksOf);
  if (ended.length === 0) return async () => {};
  const marks = await lockKept(
    tx,
    ended.map(({ key }) => key),
  );
  return async runIds => {
    const forgotten = ended.filter(({ runId, eventUid, key }) => {
      const mark = marks.get(stateKeyText(key)) as DedupeMark | undefined;
      return runIds.has(runId) && mark?.eventUid === eventUid;
    });
    await writeState(
      tx,
      forgotten.map(({ key }) => ({ ...key, value: undefined })),
    );
  };
}

function marksOf(
  run: Run,
): Array<{ runId: string; eventUid: string; key: StateKey }> {
  const { id: runId, end, generation, sensor, scope } = run;
  if ((end !== 'failed' && end !== 'discarded') || generation > 0) return [];
  return scope.events.flatMap(({ uid: eventUid, dedupeKey: key }) =>
    key === undefined
      ? []
      : { runId, eventUid, key: { sensor, kind: 'dedupe' as const, key } },
  );
}
