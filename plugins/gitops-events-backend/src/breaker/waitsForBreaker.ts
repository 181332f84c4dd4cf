import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { breakerText, type BreakerKey } from '../store/breakers';
import type { Run } from '../store/runRow';
import type { Breaker } from './breaker';

type Opened = Exclude<Breaker, { state: 'closed' }>;

/** Code of the reason of runs that wait for a breaker, or are held by it. */
export const CIRCUIT_BREAKER = 'circuitBreaker';

const prefix = 'breaker ';

/** Under which runs wait for a breaker. */
export const breakerTopic = (key: BreakerKey): string =>
  `${prefix}${breakerText(key)}`;

/** @returns undefined when the topic is another one */
export function breakerOfTopic(topic: string): BreakerKey | undefined {
  if (!topic.startsWith(prefix)) return undefined;
  const [, sensor, scope] = /^(\S+) (.*)$/s.exec(topic.slice(prefix.length))!;
  return { sensor, scope };
}

/** Why a run waits. */
export function waitsForBreaker(
  key: BreakerKey,
  title: string,
  breaker: Opened,
  since: number,
): Reason {
  const next =
    breaker.state === 'open'
      ? `tries again at ${clock(breaker.until)}`
      : 'one run tries now whether it works again';
  return {
    code: CIRCUIT_BREAKER,
    message: `Waits: ${nameOf(key, title)} is open since ${clock(breaker.openedAt)}, ${next}.`,
    detail: { breakerSince: since },
  };
}

/**
 * When a run waited for its breaker for the first time. What waits behind
 * another says the same as that one, which may have waited before there was it.
 */
export function waitingSince({
  reason,
  createdAt,
}: Pick<Run, 'reason' | 'createdAt'>): number | undefined {
  const since = reason?.detail?.breakerSince as number | undefined;
  return since === undefined ? undefined : Math.max(since, createdAt);
}

/** Why a run waits for something else, without forgetting that. */
export function keepingSince(
  run: Pick<Run, 'reason' | 'createdAt'>,
  reason: Reason,
): Reason {
  const breakerSince = waitingSince(run);
  if (breakerSince === undefined) return reason;
  return { ...reason, detail: { breakerSince, ...reason.detail } };
}

/** Why a run is held. */
export function heldByBreaker(
  key: BreakerKey,
  title: string,
  { openedAt, failures, reason }: Opened,
): Reason {
  const last = reason ? ` The last one said: ${reason.message}` : '';
  return {
    code: CIRCUIT_BREAKER,
    message: `Held, since ${nameOf(key, title)} opened at ${clock(openedAt)} after ${failures === 1 ? 'a failure' : `${failures} failures`}.${last} Mend the cause, then release or discard.`,
  };
}

function nameOf({ scope }: BreakerKey, title: string): string {
  return `the circuit breaker of ${title}${scope && ` for ${scope}`}`;
}

/** `2026-11-21 10:00 UTC`. */
function clock(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
