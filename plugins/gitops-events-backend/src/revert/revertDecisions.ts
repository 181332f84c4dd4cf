import { ConflictError, NotFoundError } from '@backstage/errors';
import type { RevertPreview } from '@gitops-events/plugin-gitops-events-common';
import type { SealContext } from '../change/sealBase';
import type { Nudges } from '../nudges';
import { crashPoint } from '../pipeline/crashPoint';
import { presentTime } from '../presentTime';
import type { CommitQueue } from '../store/commitQueue';
import { readRun } from '../store/readRun';
import { revertsBy, writeRootCause } from '../store/reverts';
import { appendTimeline } from '../timeline/append';
import { planParts, previewDigest, previewRevert } from './previewRevert';
import { readReverted } from './readReverted';
import { staleRevert } from './endReverted';
import { choose } from './revertChoices';
import type { RevertChoice } from './revertedEdit';
import { causeLine, sameRevert, writeRevert } from './writeRevert';

/** A person takes a run back, as a preview has shown it. */
export interface RevertDecision {
  /** Of the run that is taken back. */
  id: string;
  by: string;
  digest: string;
  comment: string;
  choices: Record<string, RevertChoice['choice']>;
  rootCause?: string;
}

/** What people decide about taking runs back. */
export interface RevertDecisions {
  previewRevert(id: string): Promise<RevertPreview>;
  /**
   * Asked a second time, by the same person for the same preview, it changes
   * nothing.
   *
   * @returns id of the run that does it
   */
  revertRun(decision: RevertDecision): Promise<string>;
  /** The id is that of the run that takes back. */
  stateRootCause(cause: {
    id: string;
    by: string;
    rootCause: string;
  }): Promise<void>;
}

export function createRevertDecisions(
  options: SealContext & {
    /** Stream of what people decide. */
    people: CommitQueue;
    nudges: Nudges;
  },
): RevertDecisions {
  const { knex, people, nudges } = options;
  return {
    previewRevert: async id =>
      previewRevert(options, await readReverted(options, id)),

    async revertRun(decision) {
      const { id, digest } = decision;
      const known = await sameRevert(knex, decision);
      if (known) return known;
      const reverted = await readReverted(options, id);
      const planned = await planParts(reverted);
      if (previewDigest(planned) !== digest)
        throw new ConflictError(staleRevert);
      const parts = choose(planned, decision.choices);
      let made = '';
      await people.run(async tx => {
        const written = await writeRevert(tx, reverted, decision, parts);
        made = written.runId;
        return written.records;
      });
      crashPoint('decide');
      nudges.send('runs', 'breakers', 'effects', 'changes', 'timeline');
      return made;
    },

    async stateRootCause({ id, by, rootCause }) {
      await people.run(async tx => {
        const run = await readRun(tx, id);
        if (!run?.scope.revert) {
          throw new NotFoundError('There is no such revert.');
        }
        const cause = { text: rootCause, by, at: presentTime() };
        if (!(await writeRootCause(tx, id, cause))) {
          const [first] = await revertsBy(tx, [id]);
          throw new ConflictError(
            `${first.rootCause!.by} has stated the root cause already: ${first.rootCause!.text}`,
          );
        }
        await appendTimeline(tx, [causeLine(run, cause)]);
        return [
          { what: 'person', run: id, outcome: 'rootCause', by, rootCause },
        ];
      });
      nudges.send('timeline', 'runs');
    },
  };
}
