import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Steps that never do what they say. */
export function lintSteps({ spec }: Sensor): LintWarning[] {
  return [...lintWaits(spec), ...lintMerges(spec)];
}

function lintWaits({ steps }: Sensor['spec']): LintWarning[] {
  const first = steps.findIndex(({ action }) => action === 'git:change');
  return steps.flatMap(({ action }, at): LintWarning[] => {
    if (action !== 'sync:wait' || (first >= 0 && first < at)) return [];
    const message =
      'No step before this one changes Git, so there is nothing to wait for; move it behind a git:change, or remove it.';
    const path = ['spec', 'steps', at];
    return [{ rule: 'nothing-to-wait-for', message, path }];
  });
}

function lintMerges(spec: Sensor['spec']): LintWarning[] {
  if (spec.mode === 'auto') return [];
  return (['steps', 'onFailure'] as const).flatMap(list =>
    (spec[list] ?? []).flatMap(({ action, input }, at): LintWarning[] => {
      const merge = input.merge as { when?: unknown } | undefined;
      if (action !== 'git:change' || !merge?.when) return [];
      const message = `\`merge.when\` is asked in mode auto only, and this sensor's mode is ${spec.mode}; change the mode, or remove it.`;
      const path = ['spec', list, at, 'input', 'merge', 'when'];
      return [{ rule: 'merge-when-unused', message, path }];
    }),
  );
}
