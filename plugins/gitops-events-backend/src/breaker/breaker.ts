import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/**
 * How a circuit breaker moves. This is the whole state machine, and pure:
 *
 *            as many failures as allowed          asked after `until`
 *   closed ------------------------------> open -----------------------> halfOpen
 *     ^                                     ^                              |   |
 *     |                                     +------ its probe failed ------+   |
 *     +-------------------- its probe succeeded, or a person ------------------+
 *
 * While it is half-open one run at a time is let through, the probe. A probe
 * that ends without an answer (cancelled, held for another reason) makes place
 * for the next, and so does one that has not come back after `openFor`. What
 * other runs come to while it is not closed says nothing new and is not counted.
 *
 * Times in milliseconds since the epoch.
 */
export type Breaker =
  | {
      state: 'closed';
      failures: number[];
      /** When the last of them no longer counts; without any, it is as though there were no breaker. */
      until?: number;
    }
  | (Opened & { state: 'open' })
  | (Opened & { state: 'halfOpen'; probe?: string });

interface Opened {
  openedAt: number;
  /** Of an open one: when it may be tried. Of a half-open one: how long its probe is waited for. */
  until: number;
  /** How many failures opened it, and what the last one said. */
  failures: number;
  reason?: Reason;
}

export interface BreakerSettings {
  failures: number;
  withinMs: number;
  openForMs: number;
}

/** What a run came to, as its breaker counts. */
export type Answer = 'failed' | 'succeeded' | 'neither';

export const closed: Breaker = { state: 'closed', failures: [] };

/** A run asks whether it may begin; asking again does not change the answer. */
export function ask(
  breaker: Breaker,
  settings: BreakerSettings,
  { run, at }: { run: string; at: number },
): { pass: boolean; breaker: Breaker } {
  if (breaker.state === 'closed') return { pass: true, breaker };
  const isFree =
    breaker.state === 'halfOpen'
      ? breaker.probe === undefined || at >= breaker.until
      : at >= breaker.until;
  if (isFree) {
    const until = at + settings.openForMs;
    return {
      pass: true,
      breaker: { ...breaker, state: 'halfOpen', until, probe: run },
    };
  }
  const pass = breaker.state === 'halfOpen' && breaker.probe === run;
  return { pass, breaker };
}

/** A run that was let through has ended or is held. */
export function settle(
  breaker: Breaker,
  settings: BreakerSettings,
  what: { run: string; answer: Answer; reason?: Reason; at: number },
): Breaker {
  const { run, answer, reason, at } = what;
  switch (breaker.state) {
    case 'closed': {
      if (answer !== 'failed') return breaker;
      const failures = [
        ...breaker.failures.filter(time => time > at - settings.withinMs),
        at,
      ];
      return failures.length < settings.failures
        ? { state: 'closed', failures, until: at + settings.withinMs }
        : open(settings, { failures: failures.length, reason, at });
    }
    case 'halfOpen': {
      if (breaker.probe !== run) return breaker;
      if (answer === 'succeeded') return closed;
      if (answer === 'neither') return { ...breaker, probe: undefined };
      return {
        ...open(settings, { failures: breaker.failures, reason, at }),
        openedAt: breaker.openedAt,
      };
    }
    default:
      return breaker;
  }
}

function open(
  { openForMs }: BreakerSettings,
  { at, ...why }: { failures: number; reason?: Reason; at: number },
): Breaker & { state: 'open' } {
  return { state: 'open', openedAt: at, until: at + openForMs, ...why };
}

/** When runs that wait for it are worth a look, or it may be forgotten. */
export function nextLook(breaker: Breaker): number | undefined {
  if (breaker.state === 'closed') return breaker.until;
  const isFree = breaker.state === 'halfOpen' && breaker.probe === undefined;
  return isFree ? 0 : breaker.until;
}
