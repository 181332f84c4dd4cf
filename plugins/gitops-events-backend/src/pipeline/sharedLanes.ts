import type { ActiveSet } from '../store/activeSet';
import type { NewRun } from '../store/insertRuns';

/**
 * Lanes of runs to which somebody who decides another partition may add at the
 * same time: those of sensors that several ingresses feed. Events of one key and
 * one ingress share a partition, which has one writer; a window's runs are made
 * under the lock of its row. Pure.
 */
export function sharedLanes(
  runs: Array<Pick<NewRun, 'sensor' | 'lane'>>,
  { sensors }: Pick<ActiveSet, 'sensors'>,
): string[] {
  const asked = new Set(runs.map(({ sensor }) => sensor));
  const shared = new Set(
    sensors
      .filter(({ name, definition: { spec } }) => {
        const ingresses = spec.dependencies.map(({ ingress }) => ingress);
        // One that names none is fed by all.
        const several =
          ingresses.includes(undefined) || new Set(ingresses).size > 1;
        return asked.has(name) && !spec.window && several;
      })
      .map(({ name }) => name),
  );
  return runs.flatMap(({ sensor, lane }) =>
    lane !== undefined && shared.has(sensor) ? lane : [],
  );
}
