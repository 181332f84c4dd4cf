import { compileExpression, type Expression } from './cel/expression';
import { dependenciesOf } from './match/conditionOf';
import {
  allSteps,
  type Dependency,
  type Sensor,
  type SensorStep,
} from './schema';
import { secretText } from './secrets/secretTexts';
import { compileTemplate, type Template } from './template/template';
import { variables, variablesOf } from './variables';

const expression = (text: string | undefined, known: readonly string[]) =>
  text === undefined ? undefined : compileExpression(text, known);

/** A sensor whose expressions are parsed and planned. Steps are planned when they are first rendered. @public */
export interface CompiledSensor {
  sensor: Sensor;
  /** Those that the condition names, in the order of the document. */
  dependencies: CompiledDependency[];
  params: Template;
  title: Template;
  dedupeKey?: Expression;
  windowKey?: Expression;
  rateKey?: Expression;
  concurrencyKey?: Expression;
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
  transform?: Expression;
}

/**
 * Plans all expressions of a sensor once.
 *
 * @throws SyntaxError when an expression is wrong; a sensor that came from `parseSensors` has none.
 * @public
 */
export function compileSensor(sensor: Sensor): CompiledSensor {
  const { metadata, spec } = sensor;
  const known = variablesOf(spec.window !== undefined);
  const ofArrival = spec.window ? known.arrival : known.firing;
  const template = (value: unknown) =>
    value === undefined ? undefined : compileTemplate(value, known.firing);
  const compiled = new Map<string, CompiledStep>();
  return {
    sensor,
    dependencies: dependenciesOf(sensor).map(dependency => ({
      dependency,
      filter: expression(dependency.filter, variables.filter),
      transform: expression(dependency.transform, variables.filter),
    })),
    params: compileTemplate(spec.params ?? {}, known.params),
    title: compileTemplate(
      spec.title ?? metadata.title ?? metadata.name,
      known.firing,
    ),
    dedupeKey: expression(spec.dedupe?.key, ofArrival),
    windowKey: expression(spec.window?.key, ofArrival),
    rateKey: expression(spec.rateLimit?.key, ofArrival),
    concurrencyKey: expression(spec.concurrency?.key, known.firing),
    entity: template(spec.entity),
    target: template(spec.target),
    context: template(spec.context),
    step: id => {
      const step = allSteps(sensor).find(candidate => candidate.id === id);
      if (!step) return undefined;
      const planned = compiled.get(id) ?? {
        step,
        condition: expression(step.if, known.input),
        // Secrets are filled in later, and far from here.
        input: compileTemplate(
          step.input,
          known.input,
          text => secretText(text) !== undefined,
        ),
      };
      compiled.set(id, planned);
      return planned;
    },
  };
}
