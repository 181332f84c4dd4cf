import { createHash } from 'node:crypto';

/** Names an event for ever: its source and id, as its sender gave them. */
interface EventKey {
  source: string;
  id: string;
}

/**
 * Stands for one effect on the world for ever, whatever the sensor's revision:
 * the same event deciding the same step again gives the same id. 64 hex digits.
 */
export function effectId(what: {
  events: EventKey[];
  sensor: string;
  stepId: string;
  changeKey: string;
  /** 0, or the generation of a replay for real. */
  generation: number;
}): string {
  const events = what.events.map(({ source, id }) => [source, id]).sort(byText);
  return sha256([
    events,
    what.sensor,
    what.stepId,
    what.changeKey,
    what.generation,
  ]);
}

/** Names a run: what fired, and which sensor. 32 hex digits. */
export function runIdOf(what: {
  events: EventKey[];
  sensor: string;
  generation: number;
}): string {
  const events = what.events.map(({ source, id }) => [source, id]).sort(byText);
  return sha256(['run', events, what.sensor, what.generation]).slice(0, 32);
}

/** A lane: sensor and partition key. Without a key there is no order. 32 hex digits. */
export function laneOf(
  sensor: string,
  partitionKey: string | undefined,
): string | undefined {
  return partitionKey === undefined
    ? undefined
    : sha256(['lane', sensor, partitionKey]).slice(0, 32);
}

function byText(a: string[], b: string[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : Number(left > right);
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
