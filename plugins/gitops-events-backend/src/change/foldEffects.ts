import {
  splitRepositoryPath,
  type PolicyCheck,
} from '@gitops-events/plugin-gitops-events-node';
import { checkResolved } from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { judge } from '../policy/judge';
import { judgedBy, sameChecks } from '../policy/judgedBy';
import { mayMergeItself } from '../policy/mayMergeItself';
import { mergeWhen } from '../policy/mergeWhen';
import { approvalsNeeded } from '../policy/approvals';
import { isWithheld, unsafeToWrite } from '../policy/unsafeToWrite';
import { diffFiles, diffHash } from '../render/diff';
import { renderEdits } from '../render/renderEdits';
import type { Sandbox } from '../sandbox';
import type { ChangeRevision } from '../store/changeRow';
import type { Run } from '../store/runRow';
import type { FoldEffects } from './foldRuns';
import { proposedChange } from './proposedChange';

export interface FoldEffectsOptions {
  repository: string;
  base: string;
  config: Pick<GitopsEventsConfig, 'boundaries' | 'targets'>;
  checks: PolicyCheck[];
  sandbox: Pick<Sandbox, 'renderTemplates' | 'evaluateCel'>;
  /** What was said before: it counts for the same diff, judged by the same checks. */
  known?: Pick<ChangeRevision, 'diffHash' | 'judgedBy' | 'verdicts'>;
}

/** Rendering and judging with the real rooms: sandbox, render, policy, boundary. */
export function createFoldEffects(options: FoldEffectsOptions): FoldEffects {
  const { repository, base, config, checks, sandbox } = options;
  const boundaryOf = (owner: string) =>
    config.boundaries.find(boundary => boundary.owner === owner);
  const targetOf = (environment: string | undefined) =>
    environment === undefined
      ? undefined
      : (config.targets[environment] ?? { mode: 'propose' as const });
  const by = judgedBy(checks, config);
  const before = sameChecks(options.known?.judgedBy, by)
    ? options.known
    : undefined;
  const late = new Set<string>();

  return {
    judgedBy: by,
    judgesWhole: checks.some(({ costly }) => costly),

    async render({ effect, run }, tree) {
      const rendered = await renderEdits({
        edits: effect.input.edits,
        read: paths => tree.read(paths),
        renderTemplates: (files, params) =>
          sandbox.renderTemplates(files, params, revisionOf(run)),
        checkPath: splitRepositoryPath,
      });
      if ('reason' in rendered) return rendered;
      const refusal = checkResolved(run.ownerRef, boundaryOf(run.ownerRef), {
        action: 'git:change',
        environment: run.target?.environment,
        repo: repository,
        base,
        paths: rendered.files.map(({ path }) => path),
      });
      return refusal ? { reason: refusal } : rendered;
    },

    async judge(candidates, tree, { whole, known = [] }) {
      const [{ run, event, effect }] = candidates;
      const pairs = await tree.changes();
      const diff = diffFiles(pairs);
      const asked = whole ? checks : checks.filter(({ costly }) => !costly);
      const verdicts = await judge(
        proposedChange({ repository, base, candidates, tree, pairs, diff }),
        asked,
        {
          late,
          known:
            before && before.diffHash === diffHash(pairs, diff)
              ? before.verdicts
              : known,
        },
      );
      const when = await mergeWhen({
        evaluateCel: (expression, variables, one) =>
          sandbox.evaluateCel(expression, variables, one, revisionOf(run)),
        run,
        event,
        effect,
        diff,
        verdicts,
      });
      const all = [...verdicts, ...when.verdict];
      const target = targetOf(run.target?.environment);
      const { merges, reasons } = mayMergeItself({
        mode: run.mode,
        targetMode: target?.mode,
        targetApprovals: target?.approvals,
        boundaryMerge: boundaryOf(run.ownerRef)?.merge ?? false,
        verdicts,
        whenResult: when.value,
      });
      return {
        verdicts: all,
        mergesItself: merges,
        whyNot: reasons,
        unsafe: unsafeToWrite(asked, verdicts),
        withheld: isWithheld(asked, verdicts),
        approvalsNeeded: approvalsNeeded({
          mergesItself: merges,
          asked: candidates.map(one => one.effect.input.merge.approvals),
          targets: candidates.map(
            one => targetOf(one.run.target?.environment)?.approvals ?? 0,
          ),
          verdicts: all,
        }),
      };
    },
  };
}

function revisionOf({ sensor: name, revision }: Run) {
  return { name, revision };
}
