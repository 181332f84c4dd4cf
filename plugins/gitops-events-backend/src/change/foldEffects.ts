import {
  splitRepositoryPath,
  type PolicyCheck,
} from '@gitops-events/plugin-gitops-events-node';
import { checkResolved } from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { givingWay } from '../giveWay';
import { judgedBy, sameChecks } from '../policy/judgedBy';
import { renderEdits } from '../render/renderEdits';
import { renderRevert } from '../revert/renderRevert';
import type { Sandbox } from '../sandbox';
import type { ChangeRevision } from '../store/changeRow';
import type { Run } from '../store/runRow';
import type { FoldEffects } from './foldRuns';
import type { BaseOf } from './hostBases';
import { judgeTogether } from './judgeTogether';
import { readElsewhere } from './readElsewhere';

export interface FoldEffectsOptions {
  repository: string;
  base: string;
  config: Pick<GitopsEventsConfig, 'boundaries' | 'targets'>;
  checks: PolicyCheck[];
  sandbox: Pick<Sandbox, 'renderTemplates' | 'evaluateCel'>;
  /** Other repositories, that templates are taken from. */
  baseOf: BaseOf;
  /** What was said before: it counts for the same diff, judged by the same checks. */
  known?: Pick<ChangeRevision, 'diffHash' | 'judgedBy' | 'verdicts'>;
}

/** Rendering and judging with the real rooms: sandbox, render, policy, boundary. */
export function createFoldEffects(options: FoldEffectsOptions): FoldEffects {
  const { repository, base, config, checks, sandbox } = options;
  const boundaryOf = (owner: string) =>
    config.boundaries.find(boundary => boundary.owner === owner);
  const by = judgedBy(checks, config);
  const known = sameChecks(options.known?.judgedBy, by)
    ? options.known
    : undefined;
  const late = new Set<string>();
  // Hundreds of runs may be folded from memory.
  const giveWay = givingWay();

  return {
    judgedBy: by,
    judgesWhole: checks.some(({ costly }) => costly),

    async render({ effect, run }, tree) {
      await giveWay();
      const { edits, revert } = effect.input;
      const rendered = revert
        ? await renderRevert(revert, tree, splitRepositoryPath)
        : await renderEdits({
            edits,
            read: paths => tree.read(paths),
            renderTemplates: (files, params) =>
              sandbox.renderTemplates(files, params, revisionOf(run)),
            readElsewhere: place =>
              readElsewhere(
                options.baseOf,
                { owner: run.ownerRef, boundary: boundaryOf(run.ownerRef) },
                place,
              ),
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

    async judge(candidates, tree, how) {
      await giveWay();
      return judgeTogether({ ...options, known, late }, candidates, tree, how);
    },
  };
}

function revisionOf({ sensor: name, revision }: Run) {
  return { name, revision };
}
