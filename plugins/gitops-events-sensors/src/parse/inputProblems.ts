import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ActionSchema } from '../actions';
import type { Json } from '../json';
import { didYouMean } from '../suggestion';
import { isTemplate } from '../template/split';
import { stepsOf } from './steps';
import { valueAt, type Path, type Problem } from './problem';
import { schemaProblems } from './schemaProblems';

/** What is wrong with the actions of the steps and their inputs. */
export function inputProblems(
  document: unknown,
  actions: readonly ActionSchema[],
): Problem[] {
  return stepsOf(document).flatMap(({ step, path }): Problem[] => {
    const id = valueAt(step, ['action']);
    if (typeof id !== 'string') return [];
    const action = actions.find(candidate => candidate.id === id);
    if (!action) {
      const names = actions.map(candidate => candidate.id);
      const hint = didYouMean(id, names) || `; known are ${names.join(', ')}.`;
      const message = `There is no action "${id}"${hint}`;
      return [{ rule: 'unknown-action', message, path: [...path, 'action'] }];
    }
    return [
      ...stepProblems(action, valueAt(step, ['input']) ?? {}, path),
      ...timeoutProblems(action, step, path),
    ];
  });
}

function timeoutProblems(
  action: ActionSchema,
  step: unknown,
  path: Path,
): Problem[] {
  if (action.timeout !== 'never') return [];
  if (valueAt(step, ['timeout']) === undefined) return [];
  const message = `${action.id} waits for people and takes no timeout; set it on the step that follows.`;
  const where = [...path, 'timeout'];
  return [{ rule: 'no-timeout', message, path: where, atKey: true }];
}

/** A scalar's `${{ }}` is taken for right here; it is validated when its value is known. */
function stepProblems(
  action: ActionSchema,
  input: unknown,
  step: Path,
): Problem[] {
  const at = [...step, 'input'];
  const problems = schemaProblems(action.input, input, at).filter(problem => {
    const value = valueAt(input, problem.path.slice(at.length));
    return (
      problem.rule !== 'schema' ||
      !isTemplate(value) ||
      mustBeWrittenOut(problem)
    );
  });
  return [...problems, ...keyProblems(input, at)];
}

function mustBeWrittenOut({ message }: Problem): boolean {
  return / must be a (list|map),/.test(message);
}

function keyProblems(value: unknown, path: Path): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    const inside = keyProblems(item, here);
    if (!isTemplate(key)) return inside;
    const message = 'A key cannot hold ${{ }}; only values can.';
    return [{ rule: 'schema', message, path: here, atKey: true }, ...inside];
  });
}

/**
 * Validates the resolved input of a step and fills in its defaults.
 *
 * @public
 */
export function parseInput<T = unknown>(
  action: ActionSchema,
  input: Json,
): { input: T } | { reason: Reason } {
  const result = action.input.safeParse(input);
  if (result.success) return { input: result.data as T };
  const problems = schemaProblems(action.input, input).map(
    ({ path, message }) => ({ path: path.join('.'), message }),
  );
  const [first] = problems;
  const where = first.path === '' ? '' : ` at ${first.path}`;
  return {
    reason: {
      code: 'input',
      message: `The input of ${action.id} is wrong${where}: ${first.message}`,
      detail: { problems },
    },
  };
}
