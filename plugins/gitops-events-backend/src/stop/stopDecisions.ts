import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  stopInWords,
  type StopScope,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import type { CommitQueue } from '../store/commitQueue';
import { insertStop, lockStops, readStop } from '../store/stops';
import { stopUnsettled } from '../restore/stopUnsettled';
import { goOnAfter } from './goOnAfter';
import { stopRecord } from './stopRecord';

/** What a person decides about stops. */
export interface StopDecisions {
  /**
   * Puts a stop in force. Once this resolves, no replica begins another call outside.
   *
   * @returns its id
   * @throws ConflictError where one of the same scope is in force, with who set it
   */
  setStop(asked: {
    scope: StopScope;
    reason: string;
    by: string;
  }): Promise<string>;
  /** @throws ConflictError where somebody lifted it meanwhile, NotFoundError where there is none */
  liftStop(decision: {
    id: string;
    version: number;
    by: string;
    comment: string;
  }): Promise<void>;
}

export function createStopDecisions(options: {
  commits: Pick<CommitQueue, 'run'>;
  nudges: Nudges;
}): StopDecisions {
  const { commits, nudges } = options;
  return {
    async setStop({ scope, reason, by }) {
      const id = randomUUID().replaceAll('-', '');
      await commits.run(async tx => {
        const set = { id, scope, reason, by, at: presentTime() };
        if (!(await insertStop(tx, set))) throw await setMeanwhile(tx, scope);
        return [stopRecord('set', set, { by, reason })];
      });
      nudges.send('changes', 'timeline');
      return id;
    },

    async liftStop({ id, version, by, comment }) {
      await commits.run(async tx => {
        const stops = await lockStops(tx, 'lifter');
        const stop = stops.find(one => one.id === id);
        if (!stop) throw await goneMeanwhile(tx, id);
        if (stop.version !== version) throw changedMeanwhile();
        const at = presentTime();
        await tx('stops')
          .where({ id })
          .update({
            lifted_by: by,
            lifted_at: at,
            comment,
            version: version + 1,
          });
        const set = await stopUnsettled(tx, stop, { by, at });
        await goOnAfter(tx, stop);
        return [stopRecord('lifted', stop, { by, comment }), ...set];
      });
      nudges.send('stops', 'runs', 'effects', 'changes', 'syncs', 'timeline');
    },
  };
}

async function goneMeanwhile(tx: Knex, id: string): Promise<Error> {
  const stop = await readStop(tx, id);
  if (!stop) return new NotFoundError('There is no such stop.');
  return stop.lifted
    ? new ConflictError(`${stop.lifted.by} lifted it meanwhile.`)
    : changedMeanwhile();
}

function changedMeanwhile(): ConflictError {
  return new ConflictError('It changed meanwhile. Look again.');
}

async function setMeanwhile(
  tx: Knex,
  scope: StopScope,
): Promise<ConflictError> {
  const row = await tx('stops')
    .where({ kind: scope.kind, name: scope.name ?? '' })
    .whereNull('lifted_at')
    .first();
  const who = row ? `${row.set_by}: ${row.reason}` : 'somebody';
  return new ConflictError(
    `${stopInWords(scope)} is stopped already, by ${who}`,
  );
}
