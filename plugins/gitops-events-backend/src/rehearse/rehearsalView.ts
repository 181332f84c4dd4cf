import type {
  RehearsedChange as ChangeView,
  RehearsedDecision as DecisionView,
  RehearsedRun as RunView,
  RehearsedStep as StepView,
} from '@gitops-events/plugin-gitops-events-common';
import type { SimulatedEvent } from '@gitops-events/plugin-gitops-events-sensors';
import { decodeText } from '../render/text';
import type { Run } from '../store/runRow';
import type { RehearsedDecision } from './rehearse';
import type { RehearsedStep } from './rehearseRun';

export interface RehearsalViewOptions {
  /** Hides secrets in what came from an event. */
  mask<T>(value: T): T;
  /** Characters of one file; a longer one is shown by its diff alone. */
  fileLength: number;
}

/** A decision as the API and the command line show it. */
export function rehearsalView(
  { run, ...decision }: RehearsedDecision,
  events: readonly SimulatedEvent[],
  options: RehearsalViewOptions,
): DecisionView {
  const { mask } = options;
  return {
    event: decision.event,
    eventUid: events[decision.event].event.uid,
    sensor: decision.sensor,
    outcome: decision.outcome,
    reason: mask(decision.reason),
    ...(run && {
      run: {
        ...rehearsedRunView(run, run.rehearsed, options),
        ...(run.waits && { waits: mask(run.waits) }),
        ...(run.held && { held: mask(run.held) }),
      },
    }),
  };
}

/** A run and what it would do. */
export function rehearsedRunView(
  run: Run,
  steps: RehearsedStep[],
  options: RehearsalViewOptions,
): RunView {
  const { mask } = options;
  return {
    title: run.title,
    mode: run.mode,
    entityRef: run.entityRef,
    target: run.target,
    params: mask(run.scope?.params ?? {}),
    context: mask(run.scope?.context),
    ...(run.state === 'queued' && run.reason && { waits: mask(run.reason) }),
    steps: steps.map(step => stepView(step, options)),
  };
}

function stepView(
  { id, action, skipped, input, held, change }: RehearsedStep,
  options: RehearsalViewOptions,
): StepView {
  const { mask } = options;
  return {
    id,
    action,
    ...(skipped && { skipped: mask(skipped) }),
    ...(input !== undefined && { input: mask(input) }),
    ...(held && { held: mask(held) }),
    ...(change && { change: changeView(change, options) }),
  };
}

function changeView(
  change: NonNullable<RehearsedStep['change']>,
  { fileLength }: RehearsalViewOptions,
): ChangeView {
  const { repository, base, files, diff, verdicts } = change;
  const { mergesItself, whyNot, waitsFor } = change;
  return {
    repository,
    base,
    files: files.map(({ path, content }) => {
      const text = content && decodeText(content);
      const shown = text !== undefined && text.length <= fileLength;
      return { path, ...(shown && { content: text }) };
    }),
    diff,
    verdicts,
    mergesItself,
    whyNot,
    ...(waitsFor !== undefined && { waitsFor }),
  };
}
