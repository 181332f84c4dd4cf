import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Steps that never do what they say. */
export function lintSteps({ spec }: Sensor): LintWarning[] {
  return [...lintWaits(spec), ...lintMerges(spec), ...lintDrafts(spec)];
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

/** Nothing of ours keeps it a draft: it is made ready as soon as it is open. */
function lintDrafts(spec: Sensor['spec']): LintWarning[] {
  return (['steps', 'onFailure'] as const).flatMap(list =>
    (spec[list] ?? []).flatMap(({ action, input }, at): LintWarning[] => {
      const pull = input.pullRequest as { draft?: unknown } | undefined;
      const merge = input.merge as { approvals?: unknown } | undefined;
      if (action !== 'git:change' || pull?.draft !== true) return [];
      if (merge?.approvals !== 0) return [];
      const message =
        'With `merge.approvals: 0` it is made ready as soon as it is open, unless a target or a policy asks for a person; ask for an approval, or remove `draft`.';
      const path = ['spec', list, at, 'input', 'pullRequest', 'draft'];
      return [{ rule: 'draft-unused', message, path }];
    }),
  );
}
