import type { ActionSchema } from '../actions';
import { didYouMean } from '../suggestion';
import { valueAt } from './problem';
import { stepsOf, type StepPlace } from './steps';

/** Why a chain such as `steps.bump.outputs.commit` names nothing where it stands in a step. */
export function stepReferenceProblem(
  path: readonly string[],
  { before, inOnFailure }: StepPlace,
  document: unknown,
  actions: readonly ActionSchema[],
): string | undefined {
  const [variable, id, field, output] = path;
  if (variable === 'run') {
    return id === 'failure' && !inOnFailure
      ? 'Only a step of onFailure can read run.failure.'
      : undefined;
  }
  if (variable !== 'steps') return undefined;
  const all = stepsOf(document);
  const step = all.find(candidate => candidate.id === id);
  if (!before.includes(id)) {
    return step
      ? `The step ${id} comes later; a step reads the outputs of those before it.`
      : unknownName(path, before);
  }
  if (field === undefined) return undefined;
  if (field !== 'outputs') return unknownName(path, ['outputs'], 2);
  const outputs = actions.find(
    action => action.id === valueAt(step!.step, ['action']),
  )?.outputs;
  return output === undefined ? undefined : unknownName(path, outputs, 3);
}

/** @param at - place of the name in the chain that must be one of `names`; undefined names: any */
export function unknownName(
  path: readonly string[],
  names: readonly string[] | undefined,
  at = 1,
): string | undefined {
  const name = path[at];
  if (!names || names.includes(name)) return undefined;
  const hint =
    didYouMean(name, names) ||
    (names.length ? `; known are ${names.join(', ')}.` : '.');
  return `There is no ${path.slice(0, at + 1).join('.')} here${hint}`;
}
