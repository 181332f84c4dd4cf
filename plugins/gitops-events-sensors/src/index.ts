/**
 * Parse, lint, match, evaluate and decide sensors. Pure: runs in the backend,
 * on the command line and in the browser.
 *
 * @packageDocumentation
 */
export * from './schema';
export * from './gitChangeInput';
export * from './duration';
export { isActive, nextActive, type ActiveHours } from './schedule/activeHours';
export { momentInWords, parseMoment } from './schedule/zone';
export * from './pattern';
export type { Json } from './json';
export * from './entityRef';
export { expressionLimits } from './cel/limits';
export { variables, variablesOf } from './variables';
export {
  compileSensor,
  type CompiledDependency,
  type CompiledSensor,
  type CompiledStep,
} from './compile';
export { bindEvent, eventFields, type BoundEvent } from './eventBinding';
export * from './evaluate';
export { evaluateFiring, type FiringEvent, type FiringScope } from './firing';
export * from './render';
export {
  secretPlaces,
  type SecretPlace,
  type SecretText,
} from './secrets/secretTexts';
export { takesSecret } from './secrets/takesSecret';
export {
  actionsOfInstallation,
  installedAction,
  opaqueAction,
  type InstalledAction,
} from './installedActions';
export { conditionText, dependenciesOf } from './match/conditionOf';
export { matchesDependency } from './match/matches';
export * from './decide';
export type {
  Decision,
  Firing,
  Recall,
  Said,
  StateKind,
  StateRef,
  StateWrite,
  Timer,
} from './decision';
export {
  buildIndex,
  type Candidate,
  type SensorIndex,
} from './match/sensorIndex';
export {
  createEvaluator,
  findExpressionProblem,
  type Evaluator,
} from './cel/evaluator';
export {
  explainExpression as explain,
  type ExplainedPart,
} from './cel/explain';
export { toCel } from './cel/values';
export type { ExpressionProblem } from './cel/problem';
export * from './actions';
export type { Boundary, RepositoryGrant } from './boundary/boundary';
export * from './boundary/checkBoundary';
export * from './boundary/checkRead';
export * from './boundary/checkResolved';
export * from './boundary/repositoryPath';
export { sameLanding, type Landing } from './redirect/sameLanding';
export {
  partsOfTarget,
  targetParts,
  whyNotRedirect,
} from './redirect/whyNotRedirect';
export * from './lint';
export {
  explainSensor,
  type ExplainedDependency,
  type SensorExplanation,
} from './simulate/explainSensor';
export { Simulation } from './simulate/Simulation';
export {
  SimulatedMemory,
  type Remembered,
  type SensorTimer,
} from './simulate/SimulatedMemory';
export {
  simulate,
  type SimulatedDecision,
  type SimulatedEvent,
  type SimulationOptions,
} from './simulate/simulate';
export * from './describe';
export { sensorJsonSchema, type JsonSchema } from './jsonSchema';
export { sensorFormat, whyUnreadable } from './sensorFormat';
export { parseInput } from './parse/inputProblems';
export {
  parseSensors,
  type ParsedSensor,
  type ParsedSensors,
  type ParseOptions,
  type RefusedDocument,
} from './parse/parseSensors';
export { didYouMean } from './suggestion';
export { RecentMap } from './RecentMap';
export { parseYamlDocuments } from './parse/yamlDocuments';
export type { Bindings, Expression, Outcome } from './cel/expression';
export type { Template } from './template/template';
