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
  if (!declared) return undefined;
  const key = run.scope?.concurrencyKey;
  return {
    slot: slotName(run),
    name: `${metadata.title ?? metadata.name}${key === undefined ? '' : ` for ${key}`}`,
    max: declared.max,
    over: declared.over,
  };
}

/** Runs of a replay take turns among themselves. */
function slotName({ sensor, scope, generation }: Keyed): string {
  const own = generation > 0 ? ` in replay ${generation}` : '';
  return `${sensor}${own} ${scope?.concurrencyKey ?? ''}`;
}

/** Under which runs wait for a place, and who gives one away takes turns with who asks. */
export function slotTopic(run: Keyed): string {
  return topicOf(slotName(run));
}

export function topicOf(slot: string): string {
  return `slot ${slot}`;
}
