import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import { backoff, completeStep, defaultRetry } from './retryPolicy';

const reason = { code: 'busy', message: 'The forge is busy.' };
const complete = (outcome: ActionOutcome, more: object = {}) =>
  completeStep({
    outcome,
    attempt: 1,
    retry: defaultRetry,
    lastStep: true,
    changedGit: true,
    random: 0,
    ...more,
  });

describe('completeStep', () => {
  it('ends applied when Git was changed, done when it was not', () => {
    expect(complete({ outcome: 'done' }).input).toEqual({
      input: 'end',
      end: 'applied',
    });
    expect(complete({ outcome: 'done' }, { changedGit: false }).input).toEqual({
      input: 'end',
      end: 'done',
    });
  });

  it('goes on with the next step', () => {
    expect(complete({ outcome: 'done' }, { lastStep: false }).input).toEqual({
      input: 'nextStep',
    });
  });

  it('retries with growing pauses, then fails with the last reason', () => {
    const pauses = [1, 2, 3, 4].map(
      attempt => complete({ outcome: 'retry', reason }, { attempt }).dueInMs,
    );
    expect(pauses).toEqual([1000, 2000, 4000, 8000]);
    const last = complete({ outcome: 'retry', reason }, { attempt: 5 });
    expect(last.input).toEqual({ input: 'end', end: 'failed' });
    expect(last.reason?.message).toContain('The forge is busy.');
  });

  it('waits at least as long as the other side wishes', () => {
    expect(
      complete({ outcome: 'retry', reason, afterMs: 60_000 }).dueInMs,
    ).toBe(60_000);
  });

  it('does not count a wait as an attempt', () => {
    const waiting = complete(
      { outcome: 'waiting', reason, topic: 'change', atMostMs: 500 },
      { attempt: 3 },
    );
    expect(waiting).toMatchObject({
      attempt: 2,
      dueInMs: 500,
      input: { input: 'wait' },
    });
  });

  it('keeps the pause between half of the backoff and the whole', () => {
    expect(backoff(3, defaultRetry, 1)).toBe(2000);
    expect(backoff(30, defaultRetry, 0)).toBe(300_000);
  });
});
