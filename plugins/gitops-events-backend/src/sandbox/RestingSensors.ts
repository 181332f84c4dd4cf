import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ActiveSensor } from './messages';

/** Overruns after which a sensor rests, for how long, and after how long without one they are forgotten. */
const overrunsAllowed = 3;
const restMs = 60_000;
const forgetMs = 3_600_000;

/** A revision: who mends a sensor makes another one, which starts afresh. */
export type SensorRevision = Pick<ActiveSensor, 'name' | 'revision'>;

/**
 * Sensors that overran again and again, be it in a filter, in what a run is
 * made of, or in a step: each overrun costs everybody a thread, so for a while
 * what needs them is held without asking them.
 */
export class RestingSensors {
  private readonly overruns = new Map<
    string,
    { times: number; last: number }
  >();

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(sensor: SensorRevision): void {
    const now = this.now();
    for (const [name, { last }] of this.overruns) {
      if (now - last >= forgetMs) this.overruns.delete(name);
    }
    const times = (this.overruns.get(nameOf(sensor))?.times ?? 0) + 1;
    this.overruns.set(nameOf(sensor), { times, last: now });
  }

  /** After its rest one overrun is enough for the next. */
  has(sensor: SensorRevision): boolean {
    const known = this.overruns.get(nameOf(sensor));
    return (
      known !== undefined &&
      known.times >= overrunsAllowed &&
      this.now() - known.last < restMs
    );
  }

  placesIn(sensors: readonly SensorRevision[]): Set<number> {
    if (this.overruns.size === 0) return new Set();
    const places = [...sensors.keys()];
    return new Set(places.filter(place => this.has(sensors[place])));
  }

  clear(): void {
    this.overruns.clear();
  }
}

export function rested({ name }: SensorRevision): Reason {
  return {
    code: 'deadline',
    message: `${name} overran its limits several times and rests for a minute; mend it, then release.`,
  };
}

function nameOf({ name, revision }: SensorRevision): string {
  return `${name}\n${revision}`;
}
