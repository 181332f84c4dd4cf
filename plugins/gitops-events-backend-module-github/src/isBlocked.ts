import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import { keptBack } from './keptBack';
import { placeOf } from './mergeQueue';
import { readPullState } from './pullState';
import { isChecking, rulesOf } from './waitsFor';

/** Two questions; the first costs nothing while nothing changed. What GitHub is still finding out waits as before. */
export async function isBlocked(
  connection: Connection,
  ourselves: () => Promise<string>,
  { number, heed }: Parameters<NonNullable<ChangeHost['blocked']>>[0],
): ReturnType<NonNullable<ChangeHost['blocked']>> {
  const { octokit, name } = connection;
  const { data: pull } = await octokit.rest.pulls.get({
    ...{ ...name, pull_number: number },
  });
  if (pull.state !== 'open') return undefined;
  const state = await readPullState(connection, pull.node_id);
  if (!state) return undefined;
  const place = placeOf(state);
  const checking = isChecking(state);
  if (place) return { message: place, checking };
  const kept = keptBack(pull, state, await ourselves(), heed);
  if (kept) return { message: kept };
  const rules = rulesOf(state);
  // Where merging is standing in the queue, only trying it tells whether GitHub takes it.
  if (state.isMergeQueueEnabled && !rules) return undefined;
  const message = rules || undefined;
  switch (state.mergeStateStatus) {
    case 'BLOCKED':
      return { message, checking };
    case 'UNKNOWN':
      return { message, ...(checking && { checking }) };
    default:
      return undefined;
  }
}
