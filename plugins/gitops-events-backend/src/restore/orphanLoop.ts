import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { pauseAfter } from '../pipeline/retryPolicy';
import { presentTime } from '../presentTime';
import { findStop } from '../stop/findStop';
import { goOnAfter } from '../stop/goOnAfter';
import { OURSELVES, stopRecord } from '../stop/stopRecord';
import type { CommitQueue } from '../store/commitQueue';
import { endOrphans } from '../store/restoredOrphans';
import {
  lockUnsettled,
  readUnsettled,
  settleRepository,
  type Unsettled,
} from '../store/restoredRepositories';
import { lockStops, readStops, type Stop } from '../store/stops';
import { closeOrphans } from './closeOrphans';

const POLL_MS = 2_000;

interface OrphanOptions {
  knex: Knex;
  /** Stream of the chain with what people decide, and what stands in for that. */
  people: CommitQueue;
  hosts: readonly ChangeHost[];
  nudges: Nudges;
  logger: LoggerService;
}

/**
 * After a restore, once no person stops it any more: closes the pull requests that
 * the database does not know, repository by repository, and then lifts the stop that
 * kept each from being written to. A repository whose host fails waits alone.
 */
export function startOrphanLoop(options: OrphanOptions): Loop {
  const { knex, nudges, logger } = options;
  /** Repositories whose host failed. */
  const failing = new Map<string, { failures: number; until: number }>();
  const loop = startLoop({
    name: 'orphans',
    logger,
    pollMs: POLL_MS,
    turn: async signal => {
      for (const unsettled of await readUnsettled(knex)) {
        if (signal.aborted) return false;
        const { repository } = unsettled;
        if ((failing.get(repository)?.until ?? 0) > presentTime()) continue;
        try {
          if (await foreignStop(knex, repository)) continue;
          await settle(options, unsettled);
          failing.delete(repository);
        } catch (error) {
          if (!(await lockUnsettled(knex, repository))) continue;
          const failures = (failing.get(repository)?.failures ?? 0) + 1;
          const pause = pauseAfter(error, failures, Math.random());
          failing.set(repository, { failures, until: presentTime() + pause });
          logger.warn(
            `Pull requests of ${repository} that are not known since the restore are looked for again later: ${error}`,
          );
        }
      }
      return false;
    },
  });
  const off = nudges.on('stops', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: () => {
      off();
      return loop.stop();
    },
  };
}

async function settle(
  { knex, people, hosts, nudges }: OrphanOptions,
  unsettled: Unsettled,
): Promise<void> {
  const { repository, restoreId } = unsettled;
  const host = hosts.find(one => one.serves(repository));
  // What was never asked must not be told to be in order; a person may lift the stop.
  if (!host) throw new Error(`No change host serves ${repository}.`);
  await closeOrphans({ knex, people, host }, unsettled, async () => {
    if (await foreignStop(knex, repository)) {
      throw new Error('Writing was stopped meanwhile.');
    }
    // Who lifted our stop did not want them closed.
    if (!(await lockUnsettled(knex, repository))) {
      throw new Error('A person leaves them open.');
    }
  });
  await people.run(async tx => {
    // In the order of a person who lifts it.
    const stops = await lockStops(tx, 'lifter');
    const stop = stops.find(one => isOurs(one, repository));
    if (!(await settleRepository(tx, repository)) || !stop) return [];
    const comment = inWords(await endOrphans(tx, restoreId, repository));
    await tx('stops')
      .where({ id: stop.id })
      .update({
        lifted_by: OURSELVES,
        lifted_at: presentTime(),
        comment,
        version: stop.version + 1,
      });
    await goOnAfter(tx, stop);
    return [stopRecord('lifted', stop, { by: OURSELVES, comment })];
  });
  nudges.send('runs', 'effects', 'changes', 'syncs', 'timeline');
}

function inWords(numbers: number[]): string {
  return numbers.length === 0
    ? 'No pull request of ours was open that the database does not know.'
    : `Closed pull requests that the database does not know: ${numbers.map(number => `#${number}`).join(', ')}.`;
}

/** A stop of somebody else, which keeps this from being written too. */
async function foreignStop(
  knex: Knex,
  repository: string,
): Promise<Stop | undefined> {
  const stops = await readStops(knex);
  return findStop(
    stops.filter(stop => !isOurs(stop, repository)),
    { repository, targets: [] },
  );
}

function isOurs({ by, scope }: Stop, repository: string): boolean {
  return (
    by === OURSELVES && scope.kind === 'repository' && scope.name === repository
  );
}
