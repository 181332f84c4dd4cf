import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** Whether what a sender repeats is done twice. */
export function lintDedupe({ spec }: Sensor): LintWarning[] {
  const { dedupe } = spec;
  if (dedupe) {
    const { key } = dedupe;
    if (!/^event\.(id|time)$/.test(key.trim())) return [];
    const message = `Two events with the same id never get here, and each repeat has an ${key.trim()} of its own; use what stays the same, such as a digest or a fingerprint.`;
    const path = ['spec', 'dedupe', 'key'];
    return [{ rule: 'dedupe-by-identity', message, path }];
  }
  // Alerts and webhooks are sent again; only an action that changes Git finds "already so" by itself.
  for (const list of ['steps', 'onFailure'] as const) {
    const listed = spec[list] ?? [];
    const repeated = listed.findIndex(
      ({ action }) => action !== 'git:change' && action !== 'sync:wait',
    );
    if (repeated < 0) continue;
    const message = `A sender that sends twice runs ${listed[repeated].action} twice; add \`dedupe\`.`;
    const path = ['spec', list, repeated];
    return [{ rule: 'missing-dedupe', message, path }];
  }
  return [];
}
