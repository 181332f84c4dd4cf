import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import { approvalsNeeded } from '../policy/approvals';
import { judge } from '../policy/judge';
import { mayMergeItself } from '../policy/mayMergeItself';
import { mergeWhen } from '../policy/mergeWhen';
import { isWithheld, unsafeToWrite } from '../policy/unsafeToWrite';
import { worstVerdicts } from '../policy/worstVerdicts';
import { diffFiles, diffHash } from '../render/diff';
import type { FileTree } from '../render/fileTree';
import type { ChangeRevision } from '../store/changeRow';
import type { Candidate } from './candidate';
import type { FoldEffectsOptions } from './foldEffects';
import type { Judged, JudgeHow } from './foldRuns';
import { proposedChange } from './proposedChange';

export type JudgeOptions = Omit<FoldEffectsOptions, 'known'> & {
  known?: Pick<ChangeRevision, 'diffHash' | 'verdicts'>;
  /** Names of checks that were late a moment ago. */
  late: Set<string>;
};

/**
 * Judges what the writes of a tree change, for all candidates that share it:
 * what one of them needs, the change needs. So the worst that a check says to
 * any of them counts, and it merges itself only where each of them may.
 */
export async function judgeTogether(
  options: JudgeOptions,
  candidates: [Candidate, ...Candidate[]],
  tree: FileTree,
  how: JudgeHow,
): Promise<Judged> {
  const { config, checks } = options;
  const pairs = await tree.changes();
  const diff = diffFiles(pairs);
  const targets = candidates.map(({ run }) =>
    targetOf(config, run.target?.environment),
  );
  const verdicts = await askChecks(
    options,
    candidates,
    { tree, pairs, diff },
    how,
  );
  const when: Array<Awaited<ReturnType<typeof mergeWhen>>> = [];
  for (const { run, event, effect } of candidates) {
    when.push(
      await mergeWhen({
        evaluateCel: (expression, variables, one) =>
          options.sandbox.evaluateCel(expression, variables, one, {
            name: run.sensor,
            revision: run.revision,
          }),
        ...{ run, event, effect, diff, verdicts },
      }),
    );
  }
  const may = candidates.map(({ run }, at) =>
    mayMergeItself({
      mode: run.mode,
      targetMode: targets[at]?.mode,
      targetApprovals: targets[at]?.approvals,
      boundaryMerge: boundaryOf(config, run.ownerRef)?.merge ?? false,
      verdicts,
      whenResult: when[at].value,
    }),
  );
  const all = worstVerdicts(verdicts, ...when.map(({ verdict }) => verdict));
  const mergesItself = may.every(({ merges }) => merges);
  const direct = candidates.every(
    ({ run, effect }) =>
      effect.input.merge.direct && boundaryOf(config, run.ownerRef)?.direct,
  );
  return {
    verdicts: all,
    mergesItself,
    direct: mergesItself && direct,
    whyNot: [...new Set(may.flatMap(({ reasons }) => reasons))],
    unsafe: unsafeToWrite(checks, verdicts),
    withheld: isWithheld(checks, verdicts),
    approvalsNeeded: approvalsNeeded({
      mergesItself,
      asked: candidates.map(({ effect }) => effect.input.merge.approvals),
      targets: targets.map(target => target?.approvals ?? 0),
      verdicts: all,
    }),
  };
}

/** In the name of the first, in sight of all of them; then of each other one, where nobody did before. */
async function askChecks(
  options: JudgeOptions,
  candidates: [Candidate, ...Candidate[]],
  content: Pick<
    Parameters<typeof proposedChange>[0],
    'tree' | 'pairs' | 'diff'
  >,
  how: JudgeHow,
): Promise<Verdict[]> {
  const { repository, base, checks, late, known: before } = options;
  const { whole, alone } = how;
  const same =
    before && before.diffHash === diffHash(content.pairs, content.diff);
  const known = same ? before.verdicts : how.known;
  const cheap = checks.filter(({ costly }) => !costly);
  const ask = (some: [Candidate, ...Candidate[]], asked: typeof checks) =>
    judge(
      proposedChange({ repository, base, candidates: some, ...content }),
      asked,
      { late, known },
    );
  const heard = [await ask(candidates, whole ? checks : cheap)];
  if (alone) {
    const isCheck = ({ check }: Verdict) =>
      checks.some(({ name }) => name === check);
    return worstVerdicts(...heard, alone.filter(isCheck));
  }
  for (const one of candidates.slice(1)) heard.push(await ask([one], cheap));
  return worstVerdicts(...heard);
}

function boundaryOf({ boundaries }: JudgeOptions['config'], owner: string) {
  return boundaries.find(boundary => boundary.owner === owner);
}

function targetOf(
  { targets }: JudgeOptions['config'],
  environment: string | undefined,
) {
  return environment === undefined
    ? undefined
    : (targets[environment] ?? { mode: 'propose' as const });
}
