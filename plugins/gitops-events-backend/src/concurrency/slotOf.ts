import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Run } from '../store/runRow';

type Declared = NonNullable<Sensor['spec']['concurrency']>;

/** The place that a run needs, one of `max` of its key. */
export interface RunSlot extends Pick<Declared, 'max' | 'over'> {
  /** Of the sensor and its key. */
  slot: string;
  /** What counts together, for people. */
  name: string;
}

type Keyed = Pick<Run, 'sensor' | 'scope' | 'generation'>;

export function slotOf(
  run: Keyed,
  { metadata, spec }: Sensor,
): RunSlot | undefined {
  const declared = spec.concurrency;
  // A revert asks no gate.
  if (!declared || run.generation < 0) return undefined;
  const key = run.scope?.concurrencyKey;
  return {
    slot: slotName(run),
    name: `${metadata.title ?? metadata.name}${key === undefined ? '' : ` for ${key}`}`,
    max: declared.max,
    over: declared.over,
  };
}

/**
 * Runs of a replay take turns among themselves. A key is free text, so what is
 * no key comes before it, up to the first space.
 */
function slotName({ sensor, scope, generation }: Keyed): string {
  const whose = generation > 0 ? `${sensor}@${generation}` : sensor;
  return `${whose} ${scope?.concurrencyKey ?? ''}`;
}

/** Under which runs wait for a place, and who gives one away takes turns with who asks. */
export function slotTopic(run: Keyed): string {
  return topicOf(slotName(run));
}

export function topicOf(slot: string): string {
  return `slot ${slot}`;
}
