import {
  RetryLaterError,
  type ChangeHost,
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
  'get' | 'blocked' | 'comment' | HostWrite
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
  const paid =
    <R extends { repository: string }, T>(
      call: HostWrite,
      send: (request: R) => Promise<T>,
    ) =>
    async (request: R): Promise<T> => {
      const asks = asksOf(host, request.repository, [call]);
      const none = await takeUnits(knex, asks);
      if (none) throw new LimitReachedError(none);
      await beforeWrite();
      try {
        return await send(request);
      } catch (error) {
        if (error instanceof RetryLaterError) {
          await closeLimits(knex, asks, error.afterMs);
        }
        throw error;
      }
    };
  return {
    get: (repository, branch) => host.get(repository, branch),
    blocked: host.blocked && (request => host.blocked!(request)),
    commit: paid('commit', request => host.commit(request)),
    propose: paid('propose', request => host.propose(request)),
    merge: paid('merge', request => host.merge(request)),
    close: paid('close', request => host.close(request)),
    // It takes no more than closing does.
    comment: paid('close', request => host.comment(request)),
  };
}

/** Whether the limits leave room for a whole change, and how far apart changes should lie. */
export function roomForChange(
  knex: Knex,
  host: ChangeHost,
  repository: string,
): Promise<{ none?: NoRoom; paceMs: number }> {
  return roomFor(
    knex,
    asksOf(host, repository, ['commit', 'propose', 'merge']),
  );
}

function asksOf(
  host: ChangeHost,
  repository: string,
  calls: HostWrite[],
): Ask[] {
  return (host.limits?.(repository) ?? []).map(limit => ({
    limit,
    units: calls.reduce((sum, call) => sum + limit.units[call], 0),
  }));
}
