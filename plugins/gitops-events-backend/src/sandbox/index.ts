export { Sandbox } from './Sandbox';
export type {
  ActiveSensor,
  BatchEvaluation,
  SensorEvaluation,
  StepToRender,
} from './messages';
