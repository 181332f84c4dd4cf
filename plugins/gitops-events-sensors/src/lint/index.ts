export { lintSensor } from './lintSensor';
export { lintRules, type LintWarning } from './warning';
