import { createHash } from 'node:crypto';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';

/** Names a set of checks and what they judge by: verdicts of another set do not count. */
export function judgedBy(checks: readonly PolicyCheck[]): string {
  const all = checks.map(({ name, version = '' }) => [name, version]).sort();
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
