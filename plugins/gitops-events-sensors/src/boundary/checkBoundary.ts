import type { Sensor, SensorStep } from '../schema';
import { matchesAny } from '../pattern';
import { secretPlaces } from '../secrets/secretTexts';
import { isTemplate } from '../template/split';
import { allowsPath, grantsFor, listed, type Boundary } from './boundary';
import { checkRead, type ReadPlace } from './checkRead';
import { isRepositoryPath } from './repositoryPath';

/** What a sensor asks for and may not have, and where it asks. @public */
export interface BoundaryProblem {
  rule: 'boundary';
  message: string;
  /** Keys and places that lead to it in the document. */
  path: Array<string | number>;
}

/**
 * Holds a sensor against its owner's boundary when it is loaded. What is only
 * known with an event (`${{ }}`) is checked by `checkResolved` before anything
 * is written.
 *
 * @public
 */
export function checkBoundary(
  sensor: Sensor,
  boundary: Boundary | undefined,
): BoundaryProblem[] {
  const { metadata, spec } = sensor;
  if (!boundary) {
    return [
      problem(
        ['metadata', 'owner'],
        `Nothing is granted to ${metadata.owner}; add a boundary for this owner under gitopsEvents.boundaries.`,
      ),
    ];
  }
  const problems = spec.dependencies.flatMap(({ ingress }, at) =>
    checkIngress(['spec', 'dependencies', at], ingress, boundary),
  );
  if (spec.mode === 'auto' && !boundary.merge) {
    const message = `Changes of ${metadata.owner} may not merge themselves; use mode: propose.`;
    problems.push(problem(['spec', 'mode'], message));
  }
  const environment = spec.target?.environment;
  if (
    environment !== undefined &&
    !isTemplate(environment) &&
    !matchesAny(boundary.environments, environment)
  ) {
    const message = `${metadata.owner} may not act on the environment "${environment}"; granted are: ${listed(boundary.environments)}.`;
    problems.push(problem(['spec', 'target', 'environment'], message));
  }
  return [
    ...problems,
    ...(['steps', 'onFailure'] as const).flatMap(list =>
      (spec[list] ?? []).flatMap((step, at) =>
        checkStep(['spec', list, at], step, boundary),
      ),
    ),
  ];
}

function checkIngress(
  path: BoundaryProblem['path'],
  ingress: string | undefined,
  { owner, ingresses }: Boundary,
): BoundaryProblem[] {
  if (ingress !== undefined && !matchesAny(ingresses, ingress)) {
    const message = `${owner} may not listen to the ingress "${ingress}"; granted are: ${listed(ingresses)}.`;
    return [problem([...path, 'ingress'], message)];
  }
  if (ingress === undefined && !ingresses.includes('*')) {
    const message = `Without \`ingress\` this listens to everybody, which ${owner} may not; name one of: ${listed(ingresses)}.`;
    return [problem(path, message)];
  }
  return [];
}

function checkStep(
  path: BoundaryProblem['path'],
  { action, input }: SensorStep,
  boundary: Boundary,
): BoundaryProblem[] {
  if (!matchesAny(boundary.actions, action)) {
    const message = `${boundary.owner} may not use the action "${action}"; granted are: ${listed(boundary.actions)}.`;
    return [problem([...path, 'action'], message)];
  }
  const { owner, secrets = [] } = boundary;
  const refused = secretPlaces(input).flatMap(place =>
    place.names
      .filter(name => !matchesAny(secrets, name))
      .map(name =>
        problem(
          [...path, 'input', ...place.path],
          `${owner} may not use the secret "${name}"; granted are: ${listed(secrets)}.`,
        ),
      ),
  );
  if (action !== 'git:change') return refused;
  return [
    ...checkDirect([...path, 'input'], input.merge, boundary),
    ...checkReads([...path, 'input'], input.edits, boundary),
    ...checkWrites(path, input, boundary),
  ];
}

function checkDirect(
  path: BoundaryProblem['path'],
  merge: unknown,
  { owner, direct }: Boundary,
): BoundaryProblem[] {
  if (direct || !(merge as { direct?: unknown } | undefined)?.direct) return [];
  const message = `${owner} may not commit to a base branch without a pull request. Remove \`direct\`, or grant it with \`direct: true\` in its boundary.`;
  return [problem([...path, 'merge', 'direct'], message)];
}

/** Templates of other repositories whose place no event changes. */
function checkReads(
  path: BoundaryProblem['path'],
  edits: unknown,
  boundary: Boundary,
): BoundaryProblem[] {
  if (!Array.isArray(edits)) return [];
  return edits.flatMap((edit: Record<string, unknown>, at) => {
    const { repo, branch = 'main', from: folder } = edit ?? {};
    if (edit?.kind !== 'template' || repo === undefined) return [];
    if (![repo, branch, folder].every(isStaticText)) return [];
    const place = { repo, branch, folder } as ReadPlace;
    const refusal = checkRead(boundary.owner, boundary, place);
    return refusal
      ? [problem([...path, 'edits', at, 'repo'], refusal.message)]
      : [];
  });
}

function isStaticText(value: unknown): value is string {
  return typeof value === 'string' && !isTemplate(value);
}

function checkWrites(
  path: BoundaryProblem['path'],
  input: SensorStep['input'],
  boundary: Boundary,
): BoundaryProblem[] {
  const { repo, base = 'main' } = input;
  if (typeof repo !== 'string' || isTemplate(repo)) return [];
  const branch =
    typeof base === 'string' && !isTemplate(base) ? base : undefined;
  const grants = grantsFor(boundary, repo, branch);
  if (grants.length === 0) {
    const known = grantsFor(boundary, repo).length > 0;
    return [
      problem(
        [...path, 'input', known && 'base' in input ? 'base' : 'repo'],
        known
          ? `${boundary.owner} may not change the branch "${branch}" of ${repo}.`
          : `${boundary.owner} may not change ${repo}; granted are: ${listed(boundary.repositories.map(grant => grant.repo))}.`,
      ),
    ];
  }
  return staticPaths(input.edits).flatMap(({ file, at, field }) => {
    const granted = grants.flatMap(grant => grant.paths);
    if (!isRepositoryPath(file)) {
      const message = `"${file}" is not a path inside the repository.`;
      return [problem([...path, 'input', 'edits', at, field], message)];
    }
    if (allowsPath(granted, file)) return [];
    const message = `${boundary.owner} may not change "${file}" in ${repo}; granted are: ${listed(granted)}.`;
    return [problem([...path, 'input', 'edits', at, field], message)];
  });
}

/** Paths that no event changes. A folder counts as what lies below it. */
function staticPaths(edits: unknown) {
  if (!Array.isArray(edits)) return [];
  return edits.flatMap((edit: Record<string, unknown>, at) => {
    const field = edit?.kind === 'template' ? 'into' : 'file';
    const path = edit?.[field];
    if (isTemplate(path) || typeof path !== 'string') return [];
    const file = field === 'into' ? `${path.replace(/\/$/, '')}/` : path;
    return [{ file, at, field }];
  });
}

function problem(
  path: BoundaryProblem['path'],
  message: string,
): BoundaryProblem {
  return { rule: 'boundary', message, path };
}
