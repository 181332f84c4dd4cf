import type {
  Reason,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import { checkResolved } from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { splitRepositoryPath } from '../git/repositoryPath';
import { judge } from '../policy/judge';
import { mayMergeItself } from '../policy/mayMergeItself';
import { diffFiles } from '../render/diff';
import { renderEdits } from '../render/renderEdits';
import type { Sandbox } from '../sandbox';
import type { Candidate } from './candidate';
import type { FoldEffects } from './foldRuns';

/** Milliseconds that one policy check may take. */
const CHECK_MS = 5_000;

/** Rendering and judging with the real rooms: sandbox, render, policy, boundary. */
export function createFoldEffects(options: {
  repository: string;
  base: string;
  config: Pick<GitopsEventsConfig, 'boundaries' | 'targets'>;
  checks: PolicyCheck[];
  sandbox: Sandbox;
}): FoldEffects {
  const { repository, base, config, checks, sandbox } = options;
  const boundaryOf = (owner: string) =>
    config.boundaries.find(boundary => boundary.owner === owner);

  return {
    async render({ effect, run }, tree) {
      const rendered = await renderEdits({
        edits: effect.input.edits,
        read: paths => tree.read(paths),
        renderTemplates: (files, params) =>
          sandbox.renderTemplates(files, params),
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

    async judge(candidates, tree) {
      const [first] = candidates;
      const { run, event, effect } = first;
      const pairs = await tree.changes();
      const diff = diffFiles(pairs);
      const verdicts = await judge(
        {
          repository,
          base,
          sensor: run.sensor,
          owner: run.ownerRef,
          entityRef: run.entityRef,
          target: run.target,
          event,
          events: candidates.flatMap(({ events }) => events),
          diff,
          files: pairs.flatMap(({ path, after }) =>
            after ? [{ path, content: after.content }] : [],
          ),
        },
        checks,
        { deadlineMs: CHECK_MS },
      );
      const when = await whenResult(sandbox, first, diff, verdicts);
      const environment = run.target?.environment;
      const { merges, reasons } = mayMergeItself({
        mode: run.mode,
        targetMode:
          environment === undefined
            ? undefined
            : (config.targets[environment]?.mode ?? 'propose'),
        boundaryMerge: boundaryOf(run.ownerRef)?.merge ?? false,
        verdicts,
        whenResult:
          effect.input.merge.when === undefined ? undefined : when.value,
      });
      return {
        verdicts: [...verdicts, ...when.verdict],
        mergesItself: merges,
        whyNot: reasons,
      };
    },
  };
}

/** Asks `merge.when`. What it cannot tell is no yes, and is shown. */
async function whenResult(
  sandbox: Sandbox,
  { run, event, effect }: Candidate,
  diff: ReturnType<typeof diffFiles>,
  verdicts: Verdict[],
): Promise<{ value: boolean; verdict: Verdict[] }> {
  const expression = effect.input.merge.when;
  if (expression === undefined) return { value: true, verdict: [] };
  const files = diff.map(({ patch: _, ...file }) => file);
  const sum = (key: 'additions' | 'deletions') =>
    diff.reduce((total, file) => total + file[key], 0);
  const answer = await sandbox.evaluateCel(
    expression,
    {
      run: { id: run.id, sensor: run.sensor, files, title: run.title },
      change: {
        files,
        additions: sum('additions'),
        deletions: sum('deletions'),
        base: effect.base,
        repository: effect.repository,
      },
      policy: {
        passed: verdicts.every(({ verdict }) => verdict === 'pass'),
        verdicts,
      },
      params: run.scope?.params ?? {},
      target: run.target ?? {},
      entity: run.entityRef ?? '',
    },
    event,
  );
  if ('value' in answer && typeof answer.value === 'boolean') {
    return { value: answer.value, verdict: [] };
  }
  const reason: Reason =
    'reason' in answer
      ? answer.reason
      : { code: 'expression', message: 'It is neither true nor false.' };
  return {
    value: false,
    verdict: [
      {
        check: 'merge.when',
        verdict: 'review',
        reasons: [
          `It could not be told, so a person decides: ${reason.message}`,
        ],
      },
    ],
  };
}
