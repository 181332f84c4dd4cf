import type { SensorStep } from '@gitops-events/plugin-gitops-events-sensors';
import fc from 'fast-check';
import type { Run } from '../store/runRow';
import { advanceRun } from './advanceRun';
import type { AttemptOutcome } from './retryPolicy';

/** What a step says each time it is asked, and how late it is asked then, in milliseconds. */
type Script = Array<{ says: AttemptOutcome['outcome']; lateMs: number }>;

const attempts = 3;
const timeoutMs = 60_000;
/** So long a step waits, or until it is tried again, when it is asked on time. */
const pauseMs = 10_000;

const reason = (message: string) => ({ code: 'test', message });

function outcomeOf(says: AttemptOutcome['outcome']): AttemptOutcome {
  if (says === 'done') return { outcome: says, output: {} };
  const more = { waiting: { topic: 't', atMostMs: pauseMs } };
  return {
    outcome: says,
    reason: reason(says),
    ...(says === 'waiting' && more.waiting),
  } as AttemptOutcome;
}

/** What the documentation says of one step: how it ends, given what it says. */
function endOfStep(script: Script): string {
  let clock = 0;
  let failures = 0;
  let due = 0;
  for (const { says, lateMs } of script) {
    clock = due + lateMs;
    if (says === 'waiting') {
      if (clock >= timeoutMs) return 'failed';
      due = Math.min(clock + pauseMs, timeoutMs);
    } else if (says === 'retry') {
      failures += 1;
      const late = clock >= timeoutMs || clock + pauseMs >= timeoutMs;
      if (late || failures === attempts) return 'failed';
      due = clock + pauseMs;
    } else return says;
  }
  return 'open';
}

/** What it says of a run. */
function endOfRun(steps: Script[], onFailure: Script[]): string {
  const walk = (scripts: Script[], goesOn: string[]) => {
    for (const script of scripts) {
      const end = endOfStep(script);
      if (!goesOn.includes(end)) return end;
    }
    return 'done';
  };
  const main = walk(steps, ['done', 'skipped']);
  if (main !== 'failed' || onFailure.length === 0) return main;
  const then = walk(onFailure, ['done', 'skipped', 'alreadySo']);
  return then === 'held' || then === 'open' ? then : 'failed';
}

function play(steps: Script[], onFailure: Script[]) {
  const named = (scripts: Script[], prefix: string): SensorStep[] =>
    scripts.map((_, at) => ({ id: `${prefix}${at}`, action: 'x', input: {} }));
  const limits = {
    retry: { attempts, backoffMs: pauseMs, maxBackoffMs: pauseMs },
    timeout: `${timeoutMs}ms`,
    onFailure: named(onFailure, 'f'),
  };
  const scripts = new Map(
    [...named(steps, 's'), ...limits.onFailure].map(({ id }, at) => [
      id,
      [...[...steps, ...onFailure][at]],
    ]),
  );
  let run = {
    id: 'r',
    eventUid: 'e',
    state: 'queued',
    step: 0,
    attempt: 0,
    dueAt: 0,
    steps: named(steps, 's').map(({ id, action }) => ({
      id,
      action,
      state: 'pending',
      attempts: 0,
    })),
  } as unknown as Run;
  const kinds: string[] = [];
  while (run.state !== 'ended' && run.state !== 'held') {
    const next = scripts.get(run.steps[run.step].id)!.shift();
    if (!next) return { run, end: 'open', kinds };
    const now = run.dueAt + next.lateMs;
    const begun = { ...run, state: 'running' as const };
    begun.stepStartedAt ??= now - next.lateMs;
    const moved = advanceRun({
      run: { ...begun, attempt: run.attempt + 1 },
      outcome: outcomeOf(next.says),
      limits,
      now,
      databaseNow: now,
      random: 0,
    });
    run = moved.run;
    kinds.push(...moved.timeline.map(({ kind }) => kind));
  }
  return { run, end: run.end ?? run.state, kinds };
}

const said = fc.constantFrom(
  ...(['done', 'skipped', 'alreadySo', 'failed', 'superseded'] as const),
  ...(['discarded', 'cancelled', 'held', 'retry', 'waiting'] as const),
  ...(['done', 'done', 'skipped', 'retry', 'waiting', 'failed'] as const),
);
const script = fc.array(
  fc.record({
    says: said,
    lateMs: fc.constantFrom(0, 0, 0, 1, 30_000, 3_600_000),
  }),
  { minLength: 1, maxLength: 9 },
);
const scripts = (minLength: number) =>
  fc.array(script, { minLength, maxLength: 4 });

describe('the step machine', () => {
  it('ends as the documentation says, whatever the steps say and however late they are asked', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(scripts(1), scripts(0), (steps, onFailure) => {
        const { run, end, kinds } = play(steps, onFailure);
        expect(end).toBe(endOfRun(steps, onFailure));
        ends.add(end);

        const took = (state: string) =>
          run.steps.filter(step => step.state === state);
        expect(kinds.filter(kind => kind === 'stepSkipped')).toHaveLength(
          took('skipped').length,
        );
        const began = run.steps.some(step => step.onFailure);
        expect(kinds.filter(kind => kind === 'stepFailed')).toHaveLength(
          began ? 1 : 0,
        );
        if (end !== 'failed') return;
        // Each failure of the run is told by its reason.
        const messages = took('failed').map(step => step.reason!.message);
        for (const message of messages) {
          expect(run.reason!.message).toContain(message);
        }
        expect(began).toBe(onFailure.length > 0);
      }),
      { numRuns: 3_000 },
    );
    expect([...ends].sort()).toEqual(
      [
        ...['alreadySo', 'cancelled', 'discarded', 'done', 'failed'],
        ...['held', 'open', 'superseded'],
      ].sort(),
    );
  });
});
