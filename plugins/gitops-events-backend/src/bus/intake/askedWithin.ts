import { within } from '../../within';

/** A page shall not wait for a broker that is slow to say that it is gone. */
const ASK_MS = 2_000;

/** Undefined where the broker fails, or does not answer soon. */
export function askedWithin<T>(
  ask: () => Promise<T>,
  ms = ASK_MS,
): Promise<T | undefined> {
  return within(
    ms,
    ask().catch(() => undefined),
  );
}
