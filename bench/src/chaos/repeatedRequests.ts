import type { RequestCount } from '../forge/unreliableProxy';
import type { ChaosForge } from './chaosForge';

/** A call of the host that writes most: tree, commit, branch; so many are made again when it is. */
const WRITES_A_CALL = 3;

/**
 * Requests that came twice although nobody in between doubled them, beside those
 * that must: who dies, or hears no answer, makes its one open call again.
 */
export async function repeatedRequests(
  forge: ChaosForge,
  kills: number,
): Promise<
  | undefined
  | {
      seen: RequestCount;
      told: { writes: number; repeated: number; explained: number };
    }
> {
  const seen = await forge.requests();
  if (!seen) return undefined;
  const { writes, repeated, lost, abandoned } = seen;
  // A replica that was killed may have abandoned its request, which is no second reason.
  const reasons = Math.max(kills, abandoned) + lost;
  return {
    seen,
    told: { writes, repeated, explained: reasons * WRITES_A_CALL },
  };
}
