import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import {
  parseInput,
  type ActionSchema,
  type GitChangeInput,
  type Sensor,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { FoldEffects } from '../change/foldRuns';
import type { BaseOf } from '../change/hostBases';
import type { GitopsEventsConfig } from '../config';
import { stepRefusal } from '../pipeline/permitted';
import { resolveInput } from '../pipeline/resolveInput';
import type { ResolvedRun } from '../pipeline/resolveRun';
import { deniedBy } from '../policy/deniedBy';
import type { Sandbox } from '../sandbox';
import { rehearseChange, type RehearsedChange } from './rehearseChange';
import { waitsFor } from './waitsFor';

export interface RehearsalStage {
  sandbox: Sandbox;
  config: Pick<GitopsEventsConfig, 'ingresses' | 'boundaries' | 'targets'>;
  actions: readonly ActionSchema[];
  /** The files of a base as earlier firings of the same rehearsal left it. */
  baseOf: BaseOf;
  effectsOf(repository: string, base: string): FoldEffects;
}

/** What a step would do. */
export interface RehearsedStep {
  id: string;
  action: string;
  /** Why it would not be taken; the next one is. */
  skipped?: Reason;
  /** Resolved, with its defaults. */
  input?: unknown;
  /** Why it would be held here; the steps behind it are not reached. */
  held?: Reason;
  change?: RehearsedChange & {
    repository: string;
    base: string;
    /** What it would wait for, as its page would say; undefined when it merges. */
    waitsFor?: string;
  };
}

interface Rehearsed extends ResolvedRun {
  sensor: Sensor;
}

/** Goes through the steps of a run up to the first that would be held, and acts on nothing. */
export async function rehearseRun(
  stage: RehearsalStage,
  what: Rehearsed,
): Promise<RehearsedStep[]> {
  const rehearsed: RehearsedStep[] = [];
  // What earlier steps gave stands in the run, as if they had ended.
  const steps = [...what.run.steps];
  for (const [at, step] of what.sensor.spec.steps.entries()) {
    const run = { ...what.run, step: at, steps };
    const result = await rehearseStep(stage, { ...what, run, step });
    rehearsed.push(result);
    if (result.held) return rehearsed;
    steps[at] = { ...steps[at], output: outputOf(result) };
  }
  return rehearsed;
}

/** As far as it is known without acting. */
function outputOf({ change }: RehearsedStep): Record<string, unknown> {
  if (!change) return {};
  return {
    observed: true,
    mergesItself: change.mergesItself,
    paths: change.diff.map(({ path }) => path),
  };
}

async function rehearseStep(
  stage: RehearsalStage,
  what: Rehearsed & { step: SensorStep },
): Promise<RehearsedStep> {
  const { run, step, firing } = what;
  const events = firing.map(({ event }) => event);
  const about = { id: step.id, action: step.action };
  const refusal = stepRefusal(run, step, events, stage.config);
  if (refusal) return { ...about, held: refusal };
  const action = stage.actions.find(({ id }) => id === step.action);
  if (!action) return { ...about, held: noAction(step) };
  const resolved = await resolveInput(stage.sandbox, what);
  if ('skipped' in resolved) return { ...about, skipped: resolved.skipped };
  if ('reason' in resolved) return { ...about, held: resolved.reason };
  const parsed = parseInput(action, resolved.input);
  if ('reason' in parsed) {
    return { ...about, input: resolved.input, held: parsed.reason };
  }
  const { input } = parsed;
  if (step.action !== 'git:change') return { ...about, input };
  const rehearsed = await rehearseGit(stage, {
    ...what,
    input: input as GitChangeInput,
  });
  return {
    ...about,
    ...(!rehearsed.change?.withheld && { input }),
    ...rehearsed,
  };
}

async function rehearseGit(
  stage: RehearsalStage,
  what: Rehearsed & { step: SensorStep; input: GitChangeInput },
): Promise<Pick<RehearsedStep, 'held' | 'change'>> {
  const { run, firing, step, input } = what;
  const { repo: repository, base } = input;
  const tree = await stage.baseOf(repository, base);
  if ('reason' in tree) return { held: tree.reason };
  const rehearsed = await rehearseChange({
    run,
    events: firing.map(({ event }) => event),
    stepId: step.id,
    input,
    tree,
    effects: stage.effectsOf(repository, base),
  });
  if ('reason' in rehearsed) return { held: rehearsed.reason };
  // What merges is in the base of those that come after it.
  if (rehearsed.mergesItself) tree.write(...rehearsed.files);
  return {
    held: deniedBy(rehearsed.verdicts),
    change: {
      ...rehearsed,
      repository,
      base,
      waitsFor: waitsFor(run, rehearsed),
    },
  };
}

function noAction({ action }: SensorStep): Reason {
  const message = `There is no action ${action} here. Install its module, or mend the sensor.`;
  return { code: 'noAction', message };
}
