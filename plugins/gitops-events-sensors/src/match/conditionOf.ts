import type { Dependency, Sensor } from '../schema';
import { namesOf, type Condition } from './condition';
import { parseCondition } from './parseCondition';

/**
 * The condition of a sensor. Without one, any dependency completes it, and a
 * join asks for each of them.
 *
 * @throws SyntaxError when it is wrong; a sensor that came from `parseSensors` has a right one
 */
export function conditionOf({ spec }: Sensor): Condition {
  const names = spec.dependencies.map(({ name }) => name);
  const window = spec.window?.join !== undefined;
  const text = spec.condition ?? names.join(window ? ' && ' : ' || ');
  const parsed = parseCondition(text, names, { window });
  if ('problem' in parsed) throw new SyntaxError(parsed.problem.message);
  return parsed.condition;
}

/** The condition as written, or as it is when nothing is; undefined where one dependency alone is enough. @public */
export function conditionText({ spec }: Sensor): string | undefined {
  const { dependencies, condition, window } = spec;
  const names = dependencies
    .map(({ name }) => name)
    .filter(name => name !== window?.count?.reset);
  if (condition !== undefined || names.length < 2) return condition;
  return names.join(window?.join === undefined ? ' || ' : ' && ');
}

/** Dependencies that count: those that the condition names, and the one that starts a count anew. @public */
export function dependenciesOf(sensor: Sensor): Dependency[] {
  const { dependencies, window } = sensor.spec;
  const names = [...namesOf(conditionOf(sensor)), window?.count?.reset];
  return dependencies.filter(({ name }) => names.includes(name));
}
