import type { Change, ChangeRevision } from '../store/changeRow';

/** Milliseconds since its present content was sealed. */
export interface StaleAfter {
  remindMs: number;
  closeMs: number;
}

/** What a person can end; a freeze or a check of ours they cannot. */
const forPeople = ['approval', 'merge', 'blocked', 'policy'];

/**
 * What is due for an open pull request that nobody decides about. Pure. Newer
 * content starts the time again.
 */
export function decideStale(options: {
  change: Pick<Change, 'reason' | 'remindedAt'>;
  revision: Pick<ChangeRevision, 'sealedAt'>;
  after: StaleAfter;
  now: number;
}): 'wait' | 'remind' | 'close' {
  const { change, revision, after, now } = options;
  if (!forPeople.includes(change.reason?.code ?? '')) return 'wait';
  const waited = now - revision.sealedAt;
  if (waited >= after.closeMs) return 'close';
  const reminded = (change.remindedAt ?? 0) >= revision.sealedAt;
  return waited >= after.remindMs && !reminded ? 'remind' : 'wait';
}
