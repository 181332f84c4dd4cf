import {
  parseDuration,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';

const DAY_MS = 24 * 3_600_000;

/**
 * Why a sensor cannot be kept to with this retention, or undefined: an event
 * that is sent again after its identity was erased counts as a new one, so
 * nothing may ask longer than that whether it was there before.
 */
export function rememberedTooLong(
  { spec }: Sensor,
  { identityDays }: { identityDays: number },
): string | undefined {
  const asked = [
    ['dedupe.for', spec.dedupe?.for],
    ['maxAge', spec.maxAge],
  ] as const;
  for (const [key, text] of asked) {
    if (text && parseDuration(text) > identityDays * DAY_MS) {
      return `${key} is ${text}, and after ${identityDays} days an event that is sent again counts as a new one. Make it shorter, or gitopsEvents.retention.identityDays longer.`;
    }
  }
  return undefined;
}
