export { Sandbox } from './Sandbox';
export type {
  ActiveSensor,
  BatchEvaluation,
  FiredEvent,
  ResolvedFiring,
  SensorEvaluation,
  StepToRender,
} from './messages';
