import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SyncTracker } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { stopOfChange } from '../stop/stopOfChange';
import { saveStandstill, type OpenSync } from '../store/changeSyncs';

/** Names what is asked of a tracker: two changes of one commit ask for the same. */
export function requestText({
  tracker,
  application,
  commit,
}: Pick<OpenSync, 'tracker' | 'application' | 'commit'>): string {
  return `${tracker}\n${application}\n${commit}`;
}

/**
 * Asks for syncs, each once a process; asking twice does no harm. One that a
 * stop covers is not asked for, and its deadline stands still.
 *
 * @param asked - what this process has asked for, by `requestText`
 * @returns the syncs as they stand then
 */
export async function requestSyncs(
  { knex, logger }: { knex: Knex; logger: LoggerService },
  tracker: SyncTracker,
  syncs: OpenSync[],
  asked: Set<string>,
): Promise<OpenSync[]> {
  const standing: OpenSync[] = [];
  for (const sync of syncs) {
    const { application, commit, repository } = sync;
    const key = requestText(sync);
    if (asked.has(key)) {
      standing.push(sync);
      continue;
    }
    if (await stopOfChange(knex, { id: sync.changeId, repository })) {
      standing.push(await standStill(knex, sync, presentTime()));
      continue;
    }
    if (sync.stoppedAt !== undefined) {
      // Asked for at the next turn: between that look and the call lies nothing.
      standing.push(await goOn(knex, sync, presentTime()));
      continue;
    }
    standing.push(sync);
    try {
      await tracker.request(application, commit);
      asked.add(key);
    } catch (error) {
      logger.warn(
        `${tracker.name} could not ask ${application} for a sync: ${error}`,
      );
    }
  }
  return standing;
}

/** What the tracker has begun already keeps its deadline. */
async function standStill(
  knex: Knex,
  sync: OpenSync,
  now: number,
): Promise<OpenSync> {
  if (sync.stoppedAt !== undefined || sync.state !== 'waiting') return sync;
  const standing = { ...sync, stoppedAt: now };
  await saveStandstill(knex, standing);
  return standing;
}

/** As long as it stood still, its deadline is later. */
async function goOn(
  knex: Knex,
  sync: OpenSync,
  now: number,
): Promise<OpenSync> {
  const deadline = sync.deadline + now - sync.stoppedAt!;
  const going = { ...sync, deadline, stoppedAt: undefined };
  await saveStandstill(knex, going);
  return going;
}
