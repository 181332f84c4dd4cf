import type {
  RunEnd,
  RunState,
  SensorActivity,
} from '@gitops-events/plugin-gitops-events-common';
import {
  matchesPattern,
  type Dependency,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';

/** Events that a sensor said the same to. */
export interface CountedSaying {
  outcome: SensorActivity['reasons'][number]['outcome'];
  code: string;
  /** The dependency that the reason names. */
  dependency?: string;
  /** Of the event, where it is on record still. */
  type?: string;
  ingress?: string;
  count: number;
  /** Number of the newest of them, and what it was told. */
  newest: number;
  message: string;
}

/** Runs that came equally far. */
export interface CountedRun {
  /** Index of the present step, of the last one, or of the one that failed. */
  step: number;
  /** Each of its events has a decision of its own, as with every window. */
  decided: boolean;
  state: RunState;
  end?: RunEnd;
  dependency?: string;
  count: number;
}

const wellEnded = new Set<RunEnd | undefined>([
  'applied',
  'done',
  'alreadySo',
  'superseded',
]);

/** Adds counts up along the flow of a sensor: by outcome, reason, dependency and step. Pure. */
export function summarize(
  sensor: Sensor | undefined,
  sayings: readonly CountedSaying[],
  runs: readonly CountedRun[],
): Pick<
  SensorActivity,
  'decided' | 'fired' | 'reasons' | 'dependencies' | 'steps'
> {
  const hasFired = ({ outcome }: CountedSaying) => outcome === 'fired';
  const silent = runs.filter(({ decided }) => !decided);
  return {
    decided: sum(sayings) + sum(silent),
    fired: sum(sayings.filter(hasFired)) + sum(silent),
    reasons: reasonsOf(sayings.filter(saying => !hasFired(saying))),
    dependencies: (sensor?.spec.dependencies ?? []).map(dependency => ({
      name: dependency.name,
      ...countDependency(dependency, sensor!, sayings, silent),
    })),
    steps: (sensor?.spec.steps ?? []).map(({ id }, index) => ({
      id,
      ...countStep(index, runs),
    })),
  };
}

function reasonsOf(
  sayings: readonly CountedSaying[],
): SensorActivity['reasons'] {
  const groups = new Map<string, CountedSaying>();
  for (const saying of sayings) {
    const key = `${saying.outcome} ${saying.code}`;
    const same = groups.get(key);
    const newer = same && same.newest > saying.newest ? same : saying;
    groups.set(key, { ...newer, count: saying.count + (same?.count ?? 0) });
  }
  return [...groups.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ outcome, code, count, message }) => ({
      outcome,
      code,
      count,
      message,
    }));
}

/** An event arrives at each dependency of its type and ingress, and goes on by one of them. */
function countDependency(
  dependency: Dependency,
  sensor: Sensor,
  sayings: readonly CountedSaying[],
  runs: readonly CountedRun[],
): { arrived: number; passed: number } {
  const goneOnBy = (saying: CountedSaying) =>
    saying.dependency ??
    sensor.spec.dependencies.find(one => takes(one, saying))?.name;
  const fired = sum(runs.filter(run => run.dependency === dependency.name));
  const wentOn = sayings.filter(
    saying =>
      saying.outcome !== 'notMatched' && goneOnBy(saying) === dependency.name,
  );
  return {
    arrived: sum(sayings.filter(saying => takes(dependency, saying))) + fired,
    passed: sum(wentOn) + fired,
  };
}

function takes(
  { type, ingress }: Dependency,
  event: Pick<CountedSaying, 'type' | 'ingress'>,
): boolean {
  return (
    event.type !== undefined &&
    matchesPattern(type, event.type) &&
    (ingress === undefined || ingress === event.ingress)
  );
}

function countStep(index: number, runs: readonly CountedRun[]) {
  const here = runs.filter(({ step }) => step === index);
  const reached = runs.filter(({ step }) => step >= index);
  const endedWell = here.filter(({ end }) => wellEnded.has(end) && end);
  return {
    reached: sum(reached),
    done: sum(reached.filter(({ step }) => step > index)) + sum(endedWell),
    open: sum(here.filter(({ state }) => !['held', 'ended'].includes(state))),
    held: sum(here.filter(({ state }) => state === 'held')),
    stopped: sum(here.filter(({ end }) => end && !wellEnded.has(end))),
  };
}

function sum(counted: readonly { count: number }[]): number {
  return counted.reduce((total, { count }) => total + count, 0);
}
