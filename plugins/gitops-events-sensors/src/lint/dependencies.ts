import { dependenciesOf } from '../match/conditionOf';
import type { Dependency, Sensor } from '../schema';
import { constantValue } from './constantValue';
import type { LintWarning } from './warning';

/** What a sensor listens to. */
export function lintDependencies(sensor: Sensor): LintWarning[] {
  const used = new Set(dependenciesOf(sensor));
  const { dependencies } = sensor.spec;
  return dependencies.flatMap((dependency, at) => [
    ...lintIngress(dependency, at),
    ...lintFilter(dependency, at),
    ...lintRepeated(dependencies, at),
    ...lintUse(dependency, at, used),
    ...lintLoop(sensor, dependency, at),
  ]);
}

const placeOf = (at: number, ...field: string[]) => [
  'spec',
  'dependencies',
  at,
  ...field,
];

function lintIngress({ ingress }: Dependency, at: number): LintWarning[] {
  if (ingress !== undefined) return [];
  const message =
    'Without `ingress` any granted sender can fire this; name the one you trust.';
  return [{ rule: 'no-ingress', message, path: placeOf(at) }];
}

function lintFilter({ filter }: Dependency, at: number): LintWarning[] {
  const value = filter === undefined ? undefined : constantValue(filter);
  const path = placeOf(at, 'filter');
  if (value === true) {
    const message = 'This filter is true for every event; leave it out.';
    return [{ rule: 'filter-always-true', message, path }];
  }
  if (value === false) {
    const message =
      'This filter is false for every event; compare a field of `event`, or remove the dependency.';
    return [{ rule: 'filter-never-true', message, path }];
  }
  return [];
}

/** Without a condition of its own the second one is never asked. */
function lintRepeated(dependencies: Dependency[], at: number): LintWarning[] {
  const { type, ingress, filter } = dependencies[at];
  const first = dependencies
    .slice(0, at)
    .find(
      one =>
        one.type === type && one.ingress === ingress && one.filter === filter,
    );
  if (!first) return [];
  const message = `"${first.name}" takes the very same events; remove one of the two, or let their filters differ.`;
  return [{ rule: 'duplicate-dependency', message, path: placeOf(at) }];
}

function lintUse(
  dependency: Dependency,
  at: number,
  used: ReadonlySet<Dependency>,
): LintWarning[] {
  if (used.has(dependency)) return [];
  const message = `The condition never asks for "${dependency.name}"; add it there, or remove it here.`;
  const path = placeOf(at, 'name');
  return [{ rule: 'unused-dependency', message, path }];
}

/** Types that tell of a commit, such as ours of `git:change` would be. */
const tellsOfCommits =
  /(^|\.)(git|github|gitlab|gitea|bitbucket)(\.[^.]+)*\.(push|pull_request|merge_request)(\.|$)|(^|\.)gitops-events\.(change|run|sync)(\.|$)/;
/** Fields that tell one commit, or repository, from another. */
const tellsThemApart =
  /\b(source|subject|repository|project|ref|sender|pusher|author|user|branch)/;

function lintLoop(
  { spec }: Sensor,
  { type, filter = '' }: Dependency,
  at: number,
): LintWarning[] {
  const writes = spec.steps.some(({ action }) => action === 'git:change');
  const hears = tellsOfCommits.test(type) && !tellsThemApart.test(filter);
  if (!writes || !hears) return [];
  const message =
    'This fires on commits and makes commits, so it can fire itself; let the filter leave its own out, by repository, branch or author.';
  return [{ rule: 'self-triggering', message, path: placeOf(at, 'type') }];
}
