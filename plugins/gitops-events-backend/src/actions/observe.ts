import type { Knex } from 'knex';
import type { ActionContext } from '@gitops-events/plugin-gitops-events-node';
import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';
import { AGREE_WITHIN_MS } from '../change/agreement';
import { baseTree } from '../change/baseTree';
import { presentTime } from '../presentTime';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { rehearseChange } from '../rehearse/rehearseChange';
import type { StepOutcome } from '../pipeline/stepRunner';
import type { SealContext } from '../change/sealBase';

/**
 * What `git:change` would do, in mode `observe`: rendered and judged as ever,
 * written to the timeline, and nowhere else.
 */
export async function observeChange(
  options: Pick<SealContext, 'hosts' | 'foldEffects'> & { knex: Knex },
  context: ActionContext,
  input: GitChangeInput,
): Promise<StepOutcome> {
  const { knex, hosts } = options;
  const host = hosts.find(one => one.serves(input.repo));
  const head = await host?.head(input.repo, input.base);
  const run = await readRun(knex, context.runId);
  if (!host || !head || !run) {
    return {
      outcome: 'held',
      reason: {
        code: 'baseGone',
        message: `${input.repo} has no branch ${input.base} here. Mend the sensor, then release.`,
      },
    };
  }
  const rehearsed = await rehearseChange({
    run: asTold(run, context),
    events: context.events,
    stepId: context.stepId,
    input,
    tree: baseTree(host, input.repo, head),
    effects: options.foldEffects(input.repo, input.base),
  });
  if ('reason' in rehearsed) {
    return { outcome: 'held', reason: rehearsed.reason };
  }
  const { diff, verdicts, mergesItself } = rehearsed;
  const at = presentTime();
  const line = { eventUid: run.eventUid, runId: run.id, at };
  return {
    outcome: 'done',
    output: {
      observed: true,
      mergesItself,
      paths: diff.map(({ path }) => path),
    },
    writes: {
      // What is so already agrees with nobody; nor does a replay, whose time is over.
      observed:
        diff.length > 0 && context.generation === 0
          ? [
              {
                runId: run.id,
                stepId: context.stepId,
                repository: input.repo,
                base: input.base,
                input,
                until: at + AGREE_WITHIN_MS,
              },
            ]
          : [],
      timeline: [
        {
          ...line,
          kind: 'changeRendered',
          data: {
            observed: true,
            files: diff.length,
            additions: diff.reduce((sum, file) => sum + file.additions, 0),
            deletions: diff.reduce((sum, file) => sum + file.deletions, 0),
            diff,
          },
        },
        { ...line, kind: 'policyJudged', data: { observed: true, verdicts } },
      ],
    },
  };
}

/** What its first step tells of a run is written when the step came back. */
function asTold(run: Run, { entityRef, target, params }: ActionContext): Run {
  return { ...run, entityRef, target, scope: { ...run.scope, params } };
}
