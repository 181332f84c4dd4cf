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
    dependencies: sensor.dependencies.map(({ name }, index) => {
      const share = sharesOf(within.length, sensor.dependencies.length)[index];
      const left = index === 0 ? notMatched.length : 0;
      return { name, arrived: share, passed: share - left };
    }),
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

/** Most come by the first dependency, none by the last of several. */
function sharesOf(count: number, dependencies: number): number[] {
  if (dependencies === 1) return [count];
  const others = Math.floor(count / 3 / Math.max(1, dependencies - 2));
  const rest = Array.from({ length: dependencies - 2 }, () => others);
  return [count - rest.reduce((sum, one) => sum + one, 0), ...rest, 0];
}
