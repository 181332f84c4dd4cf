import type {
  SensorActivity,
  SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';

const noStep = { reached: 0, done: 0, open: 0, held: 0, stopped: 0 };

/** The numbers on the edges of a sensor's flow, zero for what is not counted yet. */
export interface FlowCounts {
  arrivedAt: (dependency: string) => number;
  passedBy: (dependency: string) => number;
  /** Events that one of the dependencies let through. */
  passed: number;
  fired: number;
  step: (id: string) => typeof noStep;
  /** What a dependency let through and still did not fire. */
  exits: SensorActivity['reasons'];
  /** The largest number on any edge. */
  most: number;
}

export function flowCounts(
  sensor: Pick<SensorDetail, 'dependencies'>,
  activity: SensorActivity | undefined,
): FlowCounts {
  const of = (name: string) =>
    activity?.dependencies.find(dependency => dependency.name === name);
  const passedBy = (name: string) => of(name)?.passed ?? 0;
  const passed = sensor.dependencies.reduce(
    (sum, { name }) => sum + passedBy(name),
    0,
  );
  return {
    arrivedAt: name => of(name)?.arrived ?? 0,
    passedBy,
    passed,
    fired: activity?.fired ?? 0,
    step: id => activity?.steps.find(step => step.id === id) ?? noStep,
    exits: (activity?.reasons ?? []).filter(
      ({ outcome }) => outcome !== 'notMatched',
    ),
    most: Math.max(1, passed, activity?.fired ?? 0),
  };
}
