import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { dependenciesOf } from './conditionOf';
import type { Dependency, Sensor } from '../schema';

/** A dependency whose type and ingress fit an event. @public */
export interface Candidate<T> {
  sensor: T;
  dependency: Dependency;
}

/** Finds the sensors that may listen to an event. @public */
export interface SensorIndex<T> {
  /** In the order of the sensors given, and of the dependencies in each. */
  candidates(event: Pick<StoredEvent, 'type' | 'ingress'>): Candidate<T>[];
}

/**
 * Looks up by exact type, then by each prefix that ends at a dot, each with and
 * without the ingress: a handful of look-ups however many sensors there are.
 *
 * @public
 */
export function buildIndex<T extends { definition: Sensor }>(
  sensors: readonly T[],
): SensorIndex<T> {
  type Entry = Candidate<T> & { order: number };
  // By type or prefix, then by ingress.
  const entries = new Map<string, Map<string | undefined, Entry[]>>();
  let order = 0;
  for (const sensor of sensors) {
    for (const dependency of dependenciesOf(sensor.definition)) {
      const { type, ingress } = dependency;
      const byIngress = entries.get(type) ?? new Map();
      entries.set(type, byIngress);
      const list = byIngress.get(ingress) ?? [];
      byIngress.set(ingress, list);
      list.push({ sensor, dependency, order: order++ });
    }
  }
  return {
    candidates: ({ type, ingress }) => {
      const found: Entry[] = [];
      for (const pattern of patternsOf(type)) {
        const byIngress = entries.get(pattern);
        for (const entry of byIngress?.get(undefined) ?? []) found.push(entry);
        for (const entry of byIngress?.get(ingress) ?? []) found.push(entry);
      }
      return found
        .sort((a, b) => a.order - b.order)
        .map(({ sensor, dependency }) => ({ sensor, dependency }));
    },
  };
}

/** `a.b.c` is matched by `a.b.c`, `a.*` and `a.b.*`. */
function patternsOf(type: string): Set<string> {
  const patterns = new Set([type]);
  for (
    let dot = type.indexOf('.');
    dot >= 0;
    dot = type.indexOf('.', dot + 1)
  ) {
    patterns.add(`${type.slice(0, dot)}.*`);
  }
  return patterns;
}
