import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { RehearsalConfig } from './Rehearsals';

const all = ['*'];

/** What stands for the configuration where there is none: the owners may do all, and no policy says no. */
export function everythingGranted(sensors: readonly Sensor[]): RehearsalConfig {
  const owners = new Set(sensors.map(({ metadata }) => metadata.owner));
  const ingresses = new Set([
    'test',
    ...sensors.flatMap(({ spec }) =>
      spec.dependencies.flatMap(({ ingress }) => ingress ?? []),
    ),
  ]);
  return {
    ingresses: [...ingresses].map(name => ({
      name,
      principals: all,
      sources: all,
      types: all,
      entities: all,
      partitions: 1,
    })),
    boundaries: [...owners].map(owner => ({
      owner,
      ingresses: all,
      actions: all,
      repositories: [{ repo: '*', branches: all, paths: all }],
      environments: all,
      secrets: all,
      merge: true,
      direct: true,
    })),
    targets: {},
    policies: [],
    limits: {
      eventBytes: 262_144,
      requestBytes: 1_048_576,
      batchEvents: 1000,
      eventsPerMinute: 120_000,
      expressionMs: 250,
      expressionHeapMb: 128,
      sensorKeys: 250_000,
    },
  };
}
