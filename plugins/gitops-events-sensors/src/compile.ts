import { compileExpression, type Expression } from './cel/expression';
import { parseCondition } from './match/condition';
import {
  allSteps,
  type Dependency,
  type Sensor,
  type SensorStep,
} from './schema';
import { compileTemplate, type Template } from './template/template';
import { variables } from './variables';

/** A sensor whose expressions are parsed and planned. Steps are planned when they are first rendered. @public */
export interface CompiledSensor {
  sensor: Sensor;
  /** Those that the condition names, in the order of the document. */
  dependencies: CompiledDependency[];
  params: Template;
  title: Template;
  dedupeKey?: Expression;
  entity?: Template;
  target?: Template;
  context?: Template;
  /** @returns undefined when there is no such step. */
  step(id: string): CompiledStep | undefined;
}

/** @public */
export interface CompiledStep {
  step: SensorStep;
  /** Whether it is taken at all. */
  condition?: Expression;
  input: Template;
}

/** @public */
export interface CompiledDependency {
  dependency: Dependency;
  filter?: Expression;
}

/**
 * Plans all expressions of a sensor once.
 *
 * @throws SyntaxError when an expression is wrong; a sensor that came from `parseSensors` has none.
 * @public
 */
export function compileSensor(sensor: Sensor): CompiledSensor {
  const { metadata, spec } = sensor;
  const template = (value: unknown) =>
    value === undefined ? undefined : compileTemplate(value, variables.firing);
  const compiled = new Map<string, CompiledStep>();
  return {
    sensor,
    dependencies: dependenciesOf(sensor).map(dependency => ({
      dependency,
      filter:
        dependency.filter === undefined
          ? undefined
          : compileExpression(dependency.filter, variables.filter),
    })),
    params: compileTemplate(spec.params ?? {}, variables.params),
    title: compileTemplate(
      spec.title ?? metadata.title ?? metadata.name,
      variables.firing,
    ),
    dedupeKey:
      spec.dedupe && compileExpression(spec.dedupe.key, variables.firing),
    entity: template(spec.entity),
    target: template(spec.target),
    context: template(spec.context),
    step: id => {
      const step = allSteps(sensor).find(candidate => candidate.id === id);
      if (!step) return undefined;
      const known = compiled.get(id) ?? {
        step,
        condition:
          step.if === undefined
            ? undefined
            : compileExpression(step.if, variables.input),
        input: compileTemplate(step.input, variables.input),
      };
      compiled.set(id, known);
      return known;
    },
  };
}

/** Dependencies that can fire the sensor: those its condition names, else all. */
export function dependenciesOf(sensor: Sensor): Dependency[] {
  const { condition, dependencies } = sensor.spec;
  if (condition === undefined) return dependencies;
  const result = parseCondition(
    condition,
    dependencies.map(dependency => dependency.name),
  );
  if ('problem' in result) throw new SyntaxError(result.problem.message);
  return dependencies.filter(({ name }) => result.names.includes(name));
}
