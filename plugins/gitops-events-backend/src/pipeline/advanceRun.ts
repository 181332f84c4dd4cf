import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Run, StepRecord } from '../store/runRow';
import type { TimelineRow } from '../timeline/append';
import { completeStep, type RetryPolicy } from './retryPolicy';
import { transition } from './transitions';

/**
 * The run after a step came back, and what that adds to the timeline. Pure.
 *
 * @param now - milliseconds since the epoch
 * @param random - 0 to 1, for the jitter of retries
 */
export function advanceRun(options: {
  run: Run;
  outcome: ActionOutcome;
  retry: RetryPolicy;
  now: number;
  random: number;
}): { run: Run; leavesLane: boolean; timeline: TimelineRow[] } {
  const { run, outcome, retry, now, random } = options;
  const completion = completeStep({
    outcome,
    // Claims that were lost before are forgiven once one comes back.
    attempt: run.steps[run.step].attempts + 1,
    retry,
    lastStep: run.step === run.steps.length - 1,
    changedGit: changedGit(run, outcome),
    random,
  });
  const next = transition('running', completion.input);
  if ('refused' in next) {
    throw new Error(`Run ${run.id}: ${completion.input.input} is impossible`);
  }

  const steps = [...run.steps];
  steps[run.step] = stepAfter(steps[run.step], {
    state: completion.step,
    attempts: completion.attempt,
    reason: completion.reason,
    output: outcome.outcome === 'done' ? outcome.output : undefined,
    now,
  });

  const moved: Run = {
    ...run,
    steps,
    state: next.state,
    end: next.end,
    reason: completion.reason,
    step: completion.input.input === 'nextStep' ? run.step + 1 : run.step,
    attempt: completion.attempt,
    topic: outcome.outcome === 'waiting' ? outcome.topic : undefined,
    dueAt: now + completion.dueInMs,
    claimedBy: undefined,
    heldAt: next.state === 'held' ? now : run.heldAt,
    endedAt: next.state === 'ended' ? now : undefined,
  };
  return {
    run: moved,
    leavesLane: next.leavesLane,
    timeline: linesOf(moved, completion.input.input, now),
  };
}

/** A step that wrote to Git says so by the commit in its output. */
function changedGit(run: Run, outcome: ActionOutcome): boolean {
  const outputs = run.steps.map(step => step.output);
  if (outcome.outcome === 'done') outputs.push(outcome.output);
  return outputs.some(output => output?.commit !== undefined);
}

function stepAfter(
  step: StepRecord,
  what: Pick<StepRecord, 'state' | 'attempts' | 'reason' | 'output'> & {
    now: number;
  },
): StepRecord {
  const { now, output, reason, ...rest } = what;
  return {
    ...step,
    ...rest,
    ...(output && { output }),
    reason,
    startedAt: step.startedAt ?? now,
    endedAt: rest.state === 'done' || rest.state === 'failed' ? now : undefined,
  };
}

/** Ends and waits are told by the run's own row; only holds and retries are lines of their own. */
function linesOf(run: Run, input: string, now: number): TimelineRow[] {
  if (input !== 'hold' && input !== 'retry') return [];
  return [
    {
      kind: input === 'hold' ? 'held' : 'retry',
      eventUid: run.eventUid,
      runId: run.id,
      data: {
        reason: run.reason,
        step: run.steps[run.step].id,
        ...(input === 'retry' && { attempt: run.attempt, atMs: run.dueAt }),
      },
      at: now,
    },
  ];
}
