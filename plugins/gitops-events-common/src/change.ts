import { z } from 'zod';
import { involvedSchema } from './fourEyes';
import { reasonSchema } from './reason';
import { revertViewSchema } from './revert';
import { statusSchema } from './status';
import { targetSchema } from './run';

/**
 * Where a change stands. `sealed`: its content is fixed, nothing written yet;
 * `committed`: on its branch; `proposed`: pull request open, about to be judged
 * and merged; `waiting`: for an approval or a check of the host.
 * What a person must decide before it can be written is held as a run, not as a change.
 *
 * @public
 */
export const changeStates = [
  'sealed',
  'committed',
  'proposed',
  'waiting',
  'ended',
] as const;
/** @public */
export const changeEnds = [
  'merged',
  'alreadySo',
  'superseded',
  'discarded',
  'cancelled',
  'failed',
] as const;
/** @public */
export type ChangeState = (typeof changeStates)[number];
/** @public */
export type ChangeEnd = (typeof changeEnds)[number];

/**
 * What a check says of a change. `pass`: as far as it goes, the change may merge
 * itself; `review`: a person has to approve it; `deny`: it is not made; `cannot`:
 * the check could not tell, so nothing merges, and it is asked again.
 *
 * @public
 */
export const verdictSchema = z.object({
  check: z.string(),
  verdict: z.enum(['pass', 'review', 'deny', 'cannot']),
  reasons: z.array(z.string()),
  /** Of `review`: how many people have to approve; one where it is not told. */
  approvals: z.number().int().min(1).max(10).optional(),
});
/** @public */
export type Verdict = z.infer<typeof verdictSchema>;

const verdictsWorstFirst = ['deny', 'cannot', 'review', 'pass'] as const;

/** What several checks come to: the worst of them; `pass` where there is none. @public */
export function combineVerdicts(
  verdicts: readonly Pick<Verdict, 'verdict'>[],
): Verdict['verdict'] {
  return (
    verdictsWorstFirst.find(worst =>
      verdicts.some(({ verdict }) => verdict === worst),
    ) ?? 'pass'
  );
}

/** @public */
export const fileDiffSchema = z.object({
  path: z.string(),
  kind: z.enum(['added', 'modified', 'deleted']),
  additions: z.number(),
  deletions: z.number(),
  binary: z.boolean(),
  /** Unified diff hunks with three lines of context, without file headers. */
  patch: z.string(),
});
/** @public */
export type FileDiff = z.infer<typeof fileDiffSchema>;

/** @public */
export const changeViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  repository: z.string(),
  base: z.string(),
  branch: z.string(),
  sensor: z.string(),
  owner: z.string(),
  entityRef: z.string().optional(),
  target: targetSchema.optional(),
  mode: z.enum(['propose', 'auto']),
  state: z.enum(changeStates),
  end: z.enum(changeEnds).optional(),
  reason: reasonSchema.optional(),
  status: statusSchema,
  revision: z.number(),
  baseCommit: z.string(),
  headCommit: z.string().optional(),
  mergeCommit: z.string().optional(),
  pullRequest: z
    .object({ number: z.number(), url: z.string().optional() })
    .optional(),
  /** It goes to its base without a pull request. */
  direct: z.boolean().optional(),
  files: z.number(),
  additions: z.number(),
  deletions: z.number(),
  verdicts: z.array(verdictSchema),
  /** Approvals of the present content, and how many it needs. */
  approvals: z.array(
    z.object({
      by: z.string(),
      at: z.string(),
      comment: z.string().optional(),
      /** Four eyes: the part they had in it, where their approval does not count. */
      notCounted: involvedSchema.shape.did.optional(),
    }),
  ),
  approvalsNeeded: z.number(),
  /** Who caused it or let it through: they cannot approve it. */
  involved: z.array(involvedSchema),
  members: z.array(
    z.object({
      runId: z.string(),
      title: z.string(),
      eventUid: z.string(),
      end: z.string().optional(),
      /** That a person took, or takes, it back. */
      revert: revertViewSchema.optional(),
    }),
  ),
  createdAt: z.string(),
  endedAt: z.string().optional(),
  version: z.number(),
});
/** @public */
export type ChangeView = z.infer<typeof changeViewSchema>;

/** @public */
export const changeDiffSchema = z.object({
  changeId: z.string(),
  revision: z.number(),
  diffHash: z.string(),
  files: z.array(fileDiffSchema),
});
/** @public */
export type ChangeDiff = z.infer<typeof changeDiffSchema>;
