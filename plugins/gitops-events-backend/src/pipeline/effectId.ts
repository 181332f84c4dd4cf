import { createHash } from 'node:crypto';

/**
 * Stands for one effect on the world for ever, whatever the sensor's revision:
 * the same events deciding the same step again give the same id. 64 hex digits.
 */
export function effectId(what: {
  /** Uids, which stand for source and id; their order does not count. */
  events: string[];
  sensor: string;
  stepId: string;
  changeKey: string;
  /** 0, or the generation of a replay for real. */
  generation: number;
}): string {
  const { events, sensor, stepId, changeKey, generation } = what;
  return sha256([[...events].sort(), sensor, stepId, changeKey, generation]);
}

/** Stands for taking an effect, or a run, back for the n-th time. 64 hex digits. */
export function revertIdOf(of: string, attempt: number): string {
  return sha256(['revert', of, attempt]);
}

/** Names a run: the uids of what fired, and which sensor. 32 hex digits. */
export function runIdOf(what: {
  events: string[];
  sensor: string;
  generation: number;
}): string {
  const { events, sensor, generation } = what;
  return sha256(['run', [...events].sort(), sensor, generation]).slice(0, 32);
}

/**
 * A lane: sensor and partition key, or the key of the window that fired.
 * Without a key there is no order. A replay has lanes of its own. 32 hex digits.
 */
export function laneOf(
  sensor: string,
  of: { partitionKey: string | undefined } | { windowKey: string },
  generation = 0,
): string | undefined {
  const own = generation > 0 ? [generation] : [];
  if ('windowKey' in of) {
    return sha256(['window', sensor, of.windowKey, ...own]).slice(0, 32);
  }
  return of.partitionKey === undefined
    ? undefined
    : sha256(['lane', sensor, of.partitionKey, ...own]).slice(0, 32);
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
