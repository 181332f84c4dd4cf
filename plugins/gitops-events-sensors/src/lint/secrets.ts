import type { ActionSchema } from '../actions';
import type { Sensor } from '../schema';
import { takesSecret } from '../secrets/takesSecret';
import { isTemplate } from '../template/split';
import type { LintWarning } from './warning';

/** Secrets that stand in the sensor itself, where everybody reads them. */
export function lintSecrets(
  { spec }: Sensor,
  actions: readonly ActionSchema[],
): LintWarning[] {
  return (['steps', 'onFailure'] as const).flatMap(list =>
    (spec[list] ?? []).flatMap(({ action: id, input }, at) => {
      const action = actions.find(candidate => candidate.id === id);
      if (!action || action.opaque) return [];
      return textsIn(input)
        .filter(({ path, text }) => {
          return !isTemplate(text) && takesSecret(action, input, path);
        })
        .map(({ path }): LintWarning => ({
          rule: 'open-secret',
          message:
            'This input takes a secret, which everybody reads who reads the sensor; put it under gitopsEvents.secrets and write ${{ secrets.name }}.',
          path: ['spec', list, at, 'input', ...path],
        }));
    }),
  );
}

function textsIn(
  value: unknown,
  path: LintWarning['path'] = [],
): Array<{ path: LintWarning['path']; text: string }> {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    textsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
