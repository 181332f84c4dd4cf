import { createHash } from 'node:crypto';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';

/** So many characters name the checks, the others the rules besides. */
const CHECKS = 40;

/**
 * Names what content is judged by: a set of checks with what they judge by, then
 * whom the configuration lets merge without a person. 64 characters.
 */
export function judgedBy(
  checks: readonly PolicyCheck[],
  { boundaries, targets }: Pick<GitopsEventsConfig, 'boundaries' | 'targets'>,
): string {
  const all = checks.map(({ name, version = '' }) => [name, version]).sort();
  const owners = boundaries
    .map(({ owner, merge, direct }) => [owner, merge, direct])
    .sort();
  const environments = Object.entries(targets)
    .map(([name, { mode, approvals }]) => [name, mode, approvals ?? 0])
    .sort();
  return (
    digest(all).slice(0, CHECKS) + digest([owners, environments]).slice(CHECKS)
  );
}

/** Whether the same checks judged: verdicts of others do not count. */
export function sameChecks(one: string | undefined, other: string): boolean {
  return one?.slice(0, CHECKS) === other.slice(0, CHECKS);
}

function digest(what: unknown): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}
