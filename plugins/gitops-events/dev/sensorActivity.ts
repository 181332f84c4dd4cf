import type {
  DecisionView,
  SensorActivity,
  SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { iso } from './story';

/** Counts of what an example sensor said. */
export function exampleActivity(
  sensor: SensorDetail,
  said: readonly DecisionView[],
  since: number,
): SensorActivity {
  const within = said.filter(({ decidedAt }) => decidedAt >= iso(since));
  const fired = within.filter(({ outcome }) => outcome === 'fired').length;
  const silent = within.filter(({ outcome }) => outcome !== 'fired');
  const codes = [...new Set(silent.map(({ reason }) => reason.code))];
  const notMatched = silent.filter(({ outcome }) => outcome === 'notMatched');
  return {
    since: iso(since),
    decided: within.length,
    fired,
    partial: false,
    reasons: codes
      .map(code => {
        const same = silent.filter(({ reason }) => reason.code === code);
        const [{ outcome, reason }] = same;
        return { outcome, code, count: same.length, message: reason.message };
      })
      .sort((a, b) => b.count - a.count),
    dependencies: sensor.dependencies.map(({ name }, index) => ({
      name,
      arrived: index ? 0 : within.length,
      passed: index ? 0 : within.length - notMatched.length,
    })),
    steps: sensor.steps.map(({ id }, index) => ({
      id,
      reached: Math.max(0, fired - index),
      done: Math.max(0, fired - index - 1),
      open: fired > index ? 1 : 0,
      held: 0,
      stopped: 0,
    })),
  };
}
