import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type { RevertPreview } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { SealContext } from '../change/sealBase';
import type { Nudges } from '../nudges';
import { crashPoint } from '../pipeline/crashPoint';
import { isPostgres } from '../store/clock';
import type { CommitQueue } from '../store/commitQueue';
import { readRun } from '../store/readRun';
import {
  insertRevert,
  revertsBy,
  revertsOf,
  writeRootCause,
} from '../store/reverts';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { insertRevertRun } from './newRevert';
import {
  planParts,
  previewDigest,
  previewRevert,
  type PlannedPart,
} from './previewRevert';
import { readReverted } from './readReverted';
import type { RevertChoice } from './revertedEdit';

const stale =
  'The files have changed since you looked. Look at what it would write now, then decide.';

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
      const { id, by, comment, digest, rootCause } = decision;
      const known = await earlier(knex, decision);
      if (known) return known;
      const reverted = await readReverted(options, id);
      const planned = await planParts(reverted);
      if (previewDigest(planned) !== digest) throw new ConflictError(stale);
      const choices = choicesOf(planned, decision);
      let made = '';
      await people.run(async tx => {
        await lockRun(tx, id);
        const meanwhile = await earlier(tx, decision);
        if (meanwhile) {
          made = meanwhile;
          return [];
        }
        const now = Date.now();
        const attempt = await countReverts(tx, id);
        const run = await insertRevertRun(
          tx,
          reverted,
          { by, comment, choices },
          attempt,
          now,
        );
        made = run.id;
        const cause = rootCause && { text: rootCause, by, at: now };
        await insertRevert(
          tx,
          {
            ...{ runId: run.id, ofRun: id, by, comment, digest },
            askedAt: now,
            ...(cause && { rootCause: cause }),
          },
          reverted.parts.map(({ effect }) => effect.changeKey),
        );
        if (cause) await appendTimeline(tx, [causeLine(run, cause)]);
        return [
          {
            ...{ what: 'person', run: run.id, outcome: 'revert', of: id },
            ...{ by, comment, digest, ...(rootCause && { rootCause }) },
          },
        ];
      });
      crashPoint('decide');
      nudges.send('runs', 'effects', 'changes', 'timeline');
      return made;
    },

    async stateRootCause({ id, by, rootCause }) {
      await people.run(async tx => {
        const run = await readRun(tx, id);
        if (!run?.scope.revert) {
          throw new NotFoundError('There is no such revert.');
        }
        const cause = { text: rootCause, by, at: Date.now() };
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

/** The same decision, made before: the run that it made. */
async function earlier(
  knex: Knex,
  { id, by, digest }: RevertDecision,
): Promise<string | undefined> {
  const [revert] = await revertsOf(knex, [id]);
  if (!revert) return undefined;
  if (revert.by === by && revert.digest === digest) return revert.runId;
  throw new ConflictError(
    revert.done
      ? `${revert.by} took it back already: ${revert.comment}`
      : `${revert.by} is taking it back already: ${revert.comment}`,
  );
}

/** Each conflict is decided, on what the person saw. */
function choicesOf(
  planned: PlannedPart[],
  { choices }: RevertDecision,
): Record<string, RevertChoice> {
  const conflicts = planned.flatMap(({ plan }) => plan.conflicts);
  const chosen = conflicts.map(({ edit, seen, written }) => {
    const choice = Object.hasOwn(choices, edit.id)
      ? choices[edit.id]
      : undefined;
    const where = edit.path ? `${edit.path} in ${edit.file}` : edit.file;
    if (!choice) {
      throw new InputError(
        `${where} was changed since. Choose whether to keep what is there.`,
      );
    }
    if (choice === 'write' && !written) {
      throw new InputError(
        `What was in ${where} before cannot be put back. Choose to keep what is there, then mend it by hand.`,
      );
    }
    return [edit.id, { choice, seen }] as const;
  });
  const writes =
    planned.some(({ plan }) => plan.files.length > 0) ||
    chosen.some(([, { choice }]) => choice === 'write');
  if (!writes) {
    throw new ConflictError(
      'There is nothing to write: the files would stay as they are.',
    );
  }
  return Object.fromEntries(chosen);
}

/** Two people take turns. */
async function lockRun(tx: Knex, id: string): Promise<void> {
  await tx('runs')
    .where({ id })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first('id');
}

async function countReverts(tx: Knex, id: string): Promise<number> {
  const [{ count }] = await tx('reverts')
    .where({ of_run: id })
    .count({ count: '*' });
  return Number(count);
}

function causeLine(
  { id, eventUid }: { id: string; eventUid: string },
  { text, by, at }: { text: string; by: string; at: number },
): TimelineRow {
  return {
    kind: 'rootCauseStated',
    eventUid,
    runId: id,
    data: { by, text },
    at,
  };
}
