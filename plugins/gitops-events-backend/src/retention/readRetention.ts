import { InputError } from '@backstage/errors';
import type { Config } from '@backstage/config';

/** How long what is no longer needed is kept, in days; `config.d.ts` documents each. */
export interface Retention {
  /** Payloads of events that are settled. */
  payloadDays: number;
  /** That an event was here: who sends it again is told so. */
  identityDays: number;
  /** What a sensor said that did not fire. */
  decisionDays: number;
  /** Runs and changes with their timeline, from their end. */
  timelineDays: number;
  replayDays: number;
  /** What came through a broker and is no event. */
  leftoverDays: number;
}

export const defaultRetention: Retention = {
  payloadDays: 30,
  identityDays: 35,
  decisionDays: 14,
  timelineDays: 400,
  replayDays: 14,
  leftoverDays: 30,
};

/** Of two of them the first is never longer than the second. */
const order = [
  [
    'payloadDays',
    'identityDays',
    'an event that is sent again would be taken for a new one while the first is still there',
  ],
  [
    'identityDays',
    'timelineDays',
    'what an event led to would be gone while it still counts as known',
  ],
  [
    'decisionDays',
    'timelineDays',
    'a decision would outlive the run that it led to',
  ],
] as const;

/** @throws InputError that names the key to mend */
export function readRetention(config: Config | undefined): Retention {
  const retention = { ...defaultRetention };
  for (const key of Object.keys(retention) as Array<keyof Retention>) {
    const days = config?.getOptionalNumber(`retention.${key}`);
    if (days === undefined) continue;
    if (!(days > 0)) {
      throw new InputError(
        `gitopsEvents.retention.${key} is ${days}; use a number of days above 0`,
      );
    }
    retention[key] = days;
  }
  for (const [shorter, longer, why] of order) {
    if (retention[shorter] > retention[longer]) {
      throw new InputError(
        `gitopsEvents.retention: ${shorter} is ${retention[shorter]} and ${longer} only ${retention[longer]}: ${why}. Make ${longer} at least as long`,
      );
    }
  }
  return retention;
}
