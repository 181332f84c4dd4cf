import {
  RetryLaterError,
  type ChangeHost,
  type FileWrite,
  type HostWrite,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import {
  closeLimits,
  roomFor,
  takeUnits,
  type Ask,
  type NoRoom,
} from '../store/takeUnits';

/** What writing a change needs of its host. */
export type WritingHost = Pick<
  ChangeHost,
  'get' | 'head' | 'blocked' | 'findCommit' | 'pushedBy' | 'comment' | HostWrite
>;

/** The forge takes no more for now; nothing was asked of it. */
export class LimitReachedError extends RetryLaterError {
  constructor(readonly noRoom: NoRoom) {
    super(noRoom.limit, noRoom.waitMs);
  }
}

/**
 * A host that takes from its limits before each call that writes. What the
 * forge asks for beyond them, all replicas hear.
 *
 * @throws LimitReachedError instead of a call that there is no room for
 */
export function budgetedHost(
  knex: Knex,
  host: ChangeHost,
  /** Right before each call that writes; what it throws keeps it from being made. */
  beforeWrite: () => Promise<void> = async () => {},
): WritingHost {
  const asked = async <T>(repository: string, send: () => Promise<T>) => {
    try {
      return await send();
    } catch (error) {
      await tellReplicas(knex, host, repository, error);
      throw error;
    }
  };
  const paid =
    <R extends { repository: string }, T>(
      call: HostWrite,
      send: (request: R) => Promise<T>,
    ) =>
    async (request: R): Promise<T> => {
      const asks = asksOf(host, request, [call]);
      const none = await takeUnits(knex, asks);
      if (none) throw new LimitReachedError(none);
      await beforeWrite();
      return asked(request.repository, () => send(request));
    };
  return {
    get: (repository, branch) =>
      asked(repository, () => host.get(repository, branch)),
    head: (repository, branch) =>
      asked(repository, () => host.head(repository, branch)),
    findCommit:
      host.findCommit &&
      (request => asked(request.repository, () => host.findCommit!(request))),
    blocked:
      host.blocked &&
      (request => asked(request.repository, () => host.blocked!(request))),
    pushedBy:
      host.pushedBy &&
      ((repository, branch) =>
        asked(repository, () => host.pushedBy!(repository, branch))),
    commit: paid('commit', request => host.commit(request)),
    propose: paid('propose', request => host.propose(request)),
    merge: paid('merge', request => host.merge(request)),
    close: paid('close', request => host.close(request)),
    // It takes no more than closing does.
    comment: paid('close', request => host.comment(request)),
  };
}

/** Where the forge asked for quiet, in answer to a question too, no replica writes for so long. */
export async function tellReplicas(
  knex: Knex,
  host: ChangeHost,
  repository: string,
  error: unknown,
): Promise<void> {
  if (!(error instanceof RetryLaterError)) return;
  await closeLimits(knex, asksOf(host, { repository }, []), error.afterMs);
}

/** Whether the limits leave room for a whole change, and how far apart changes should lie. */
export function roomForChange(
  knex: Knex,
  host: ChangeHost,
  repository: string,
): Promise<{ none?: NoRoom; paceMs: number }> {
  return roomFor(
    knex,
    asksOf(host, { repository }, ['commit', 'propose', 'merge']),
  );
}

function asksOf(
  host: ChangeHost,
  request: { repository: string; files?: FileWrite[]; reviewers?: string[] },
  calls: HostWrite[],
): Ask[] {
  return (host.limits?.(request.repository, request) ?? []).map(limit => ({
    limit,
    units: calls.reduce((sum, call) => sum + limit.units[call], 0),
  }));
}
