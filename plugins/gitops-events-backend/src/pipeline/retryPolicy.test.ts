import {
  RetryLaterError,
  type ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { backoff, completeStep, defaultRetry, pauseAfter } from './retryPolicy';

const reason = { code: 'busy', message: 'The forge is busy.' };
const complete = (outcome: ActionOutcome, more: object = {}) =>
  completeStep({
    outcome,
    stepId: 'bump',
    attempt: 1,
    retry: defaultRetry,
    lastStep: true,
    changedGit: true,
    hasOnFailure: false,
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

  it('spreads runs that were all told to come back at the same time, none earlier', () => {
    const asked = { outcome: 'retry', reason, afterMs: 60_000 } as const;
    const dues = [0, 0.5, 1].map(random => complete(asked, { random }).dueInMs);
    expect(dues).toEqual([60_000, 63_000, 66_000]);
  });

  it.each([NaN, -1, 0, Infinity, 1e300])(
    'is not led astray by a wish of %s ms',
    afterMs => {
      const { dueInMs } = complete({ outcome: 'retry', reason, afterMs });
      expect(dueInMs).toBe(afterMs > 0 ? 24 * 3_600_000 : 1_000);
    },
  );

  it('is asked at the end of its timeout, however long it would wait', () => {
    const waiting = { outcome: 'waiting', reason, topic: 't', atMostMs: 9_000 };
    const time = { leftMs: 1_500, timeout: '1m' };
    expect(complete(waiting as ActionOutcome, { time }).dueInMs).toBe(1_500);
  });

  it('asks a late step once more and believes what it says', () => {
    const late = { time: { leftMs: -60_000, timeout: '1m' } };
    const waiting = { outcome: 'waiting', reason, topic: 't', atMostMs: 9 };
    expect(complete({ outcome: 'done' }, late).input).toMatchObject({
      end: 'applied',
    });
    expect(complete(waiting as ActionOutcome, late)).toMatchObject({
      input: { input: 'end', end: 'failed' },
      runReason: { code: 'timeout', message: expect.stringContaining('1m') },
    });
  });

  it('gives up at once when the next attempt would come after the timeout', () => {
    const retry = { outcome: 'retry', reason } as const;
    const left = (leftMs: number) => ({ time: { leftMs, timeout: '1m' } });
    expect(complete(retry, left(1_001)).input).toEqual({ input: 'retry' });
    expect(complete(retry, left(1_000)).runReason?.code).toBe('timeout');
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

describe('pauseAfter', () => {
  it('waits as long as the other side asks for, else longer each time', () => {
    const asked = new RetryLaterError('Busy', 90_000);
    expect(pauseAfter(asked, 1, 0)).toBe(90_000);
    expect(pauseAfter(asked, 1, 1)).toBe(99_000);
    expect(pauseAfter(new Error('Broken'), 3, 0)).toBe(4_000);
  });
});
