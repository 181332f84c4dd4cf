import type { Sensor } from '../schema';
import type { LintWarning } from './warning';

/** What partitions go by, and so their order. */
const partitionKey = /^event\.(partitionkey|entityref|subject)$/;

/** Whether what a window fires hangs on an order that nobody keeps. */
export function lintWindow({ spec }: Sensor): LintWarning[] {
  const { window } = spec;
  // A join asks who is there, not who came first.
  if (!window?.key || window.join || partitionKey.test(window.key.trim())) {
    return [];
  }
  const message =
    'Events of one partition are decided in order, and this key may bring together those of several, which costs a lock and has no order between them; use event.partitionkey, event.entityref or event.subject where the order matters.';
  const path = ['spec', 'window', 'key'];
  return [{ rule: 'window-across-partitions', message, path }];
}
