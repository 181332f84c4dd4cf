import {
  parseDuration,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Run, StepRecord } from '../store/runRow';
import type { TimelineRow } from '../timeline/append';
import { stoppedLine } from '../stop/stoppedLine';
import { failureOf } from './failure';
import {
  completeStep,
  type AttemptOutcome,
  type RetryPolicy,
} from './retryPolicy';
import { transition, type RunInput } from './transitions';

/** What the sensor allows a step, and what it does should that fail. */
export interface StepLimits {
  retry: RetryPolicy;
  /** A duration, such as `10m`. */
  timeout?: string;
  onFailure: readonly SensorStep[];
}

/**
 * The run after a step came back, and what that adds to the timeline. Pure.
 *
 * @param now - milliseconds since the epoch
 * @param databaseNow - the same by the database's clock, which timeouts go by
 * @param random - 0 to 1, for the jitter of retries
 */
export function advanceRun(options: {
  run: Run;
  outcome: AttemptOutcome;
  limits: StepLimits;
  now: number;
  databaseNow: number;
  random: number;
}): { run: Run; leavesLane: boolean; timeline: TimelineRow[] } {
  const { run, outcome, limits, now, databaseNow, random } = options;
  const { onFailure, retry } = limits;
  const present = run.steps[run.step];
  const completion = completeStep({
    outcome,
    stepId: present.id,
    // Claims that were lost before are forgiven once one comes back.
    attempt: present.attempts + 1,
    retry,
    time: timeLeft(run, limits.timeout, databaseNow),
    lastStep: run.step === run.steps.length - 1,
    changedGit: changedGit(run, outcome),
    hasOnFailure: onFailure.length > 0,
    failure: failureOf(run),
    random,
  });
  const { input } = completion.input;
  const next = transition('running', completion.input);
  if ('refused' in next)
    throw new Error(`Run ${run.id}: ${input} is impossible`);

  const steps = [...run.steps];
  steps[run.step] = stepAfter(present, {
    state: completion.step,
    attempts: completion.attempt,
    reason: completion.reason,
    output: outcome.outcome === 'done' ? outcome.output : undefined,
    startedAt: present.startedAt ?? run.stepStartedAt ?? now,
    now,
  });
  if (input === 'onFailure') steps.push(...onFailure.map(recordOf));
  const begins = input === 'nextStep' || input === 'onFailure';
  const uncounted = outcome.outcome === 'waiting' && outcome.uncounted;

  const moved: Run = {
    ...run,
    steps,
    state: next.state,
    end: next.end,
    reason: completion.runReason,
    step: nextStep(run, input),
    attempt: completion.attempt,
    stepStartedAt: begins || uncounted ? undefined : run.stepStartedAt,
    topic: outcome.outcome === 'waiting' ? outcome.topic : undefined,
    dueAt: now + completion.dueInMs,
    claimedBy: undefined,
    heldAt: next.state === 'held' ? now : run.heldAt,
    endedAt: next.state === 'ended' ? now : undefined,
  };
  return {
    run: moved,
    leavesLane: next.leavesLane,
    timeline: [
      ...linesOf(steps[run.step], moved, input, now),
      ...stoppedLine(run, moved, now),
    ],
  };
}

/** What is left of a step's timeout, by the database's clock. */
export function timeLeft(
  run: Pick<Run, 'stepStartedAt'>,
  timeout: string | undefined,
  databaseNow: number,
): { leftMs: number; timeout: string } | undefined {
  if (timeout === undefined) return undefined;
  const { stepStartedAt = databaseNow } = run;
  return {
    leftMs: stepStartedAt + parseDuration(timeout) - databaseNow,
    timeout,
  };
}

function nextStep({ step, steps }: Run, input: RunInput['input']): number {
  if (input === 'nextStep') return step + 1;
  return input === 'onFailure' ? steps.length : step;
}

function recordOf({ id, action }: SensorStep): StepRecord {
  return { id, action, state: 'pending', attempts: 0, onFailure: true };
}

/** A step that wrote to Git says so by the commit in its output. */
function changedGit(run: Run, outcome: AttemptOutcome): boolean {
  const outputs = run.steps.map(step => step.output);
  if (outcome.outcome === 'done') outputs.push(outcome.output);
  return outputs.some(output => output?.commit !== undefined);
}

function stepAfter(
  step: StepRecord,
  what: Pick<
    StepRecord,
    'state' | 'attempts' | 'reason' | 'output' | 'startedAt'
  > & { now: number },
): StepRecord {
  const { now, output, reason, ...rest } = what;
  const over = ['done', 'skipped', 'failed'].includes(rest.state);
  return {
    ...step,
    ...rest,
    ...(output && { output }),
    reason,
    endedAt: over ? now : undefined,
  };
}

const lineKinds: { [K in RunInput['input']]?: TimelineRow['kind'] } = {
  hold: 'held',
  retry: 'retry',
  onFailure: 'stepFailed',
};

/** Ends and waits are told by the run's own row; what happens on the way by lines of its own. */
function linesOf(
  { id, state, reason }: StepRecord,
  run: Run,
  input: RunInput['input'],
  now: number,
): TimelineRow[] {
  const kind = state === 'skipped' ? 'stepSkipped' : lineKinds[input];
  if (!kind) return [];
  return [
    {
      kind,
      eventUid: run.eventUid,
      runId: run.id,
      data: {
        reason,
        step: id,
        ...(input === 'retry' && { attempt: run.attempt, atMs: run.dueAt }),
      },
      at: now,
    },
  ];
}
