import type { Knex } from 'knex';
import type {
  Action,
  ActionContext,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import {
  parseDuration,
  syncWaitAction,
  type SyncWaitInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { StepOutcome } from '../pipeline/stepRunner';
import { presentTime } from '../presentTime';
import { withoutDot } from '../shownFailure';
import { readSyncs, type ChangeSync } from '../store/changeSyncs';
import type { Stop } from '../store/stops';
import { findStop } from '../stop/findStop';
import { waitsForStop } from '../stop/waitsForStop';
import { follows } from '../sync/follows';

/** Milliseconds; a lost nudge costs no more than this. */
const LOOK_AGAIN_MS = 5_000;

/** The change that an earlier step of the run merged. */
interface Merged {
  changeId: string;
  commit: string;
  repository: string;
  base: string;
  paths: string[];
}

/**
 * `sync:wait`: waits until each application that follows the changed paths has
 * applied the merged commit and is healthy. The rows of the change are its own
 * earlier result, shared by all runs of that change.
 */
export function syncWait(options: {
  knex: Knex;
  trackers: SyncTracker[];
  readStops(): Promise<Stop[]>;
}): Action<SyncWaitInput> {
  const { knex, trackers, readStops } = options;
  return {
    ...syncWaitAction,
    description: 'Waits until the merged change is applied and healthy.',
    safety: 'look',
    // Who asks for the sync does, and asks first.
    writesOutside: false,
    async run(context, input): Promise<StepOutcome> {
      const merged = mergedOf(context);
      if (!merged) {
        return {
          outcome: 'done',
          detail: 'No earlier step of this run merged a change.',
        };
      }
      const known = await readSyncs(knex, merged.changeId);
      const wanted = known.filter(({ application, whole }) =>
        input.application ? application === input.application : whole,
      );
      if (wanted.length > 0) {
        const stands = wanted.some(({ stoppedAt }) => stoppedAt !== undefined);
        const outcome = outcomeOf(merged, wanted);
        return stands && outcome.outcome === 'waiting'
          ? standingStill(outcome, context, merged, await readStops())
          : outcome;
      }

      const found = await applicationsOf(trackers, merged, input);
      if (found.length === 0) {
        return {
          outcome: 'failed',
          reason: {
            code: 'nobodyFollows',
            message: input.application
              ? `No application ${input.application} follows ${merged.repository}, branch ${merged.base}. The change is merged; mend the sensor or the tracker.`
              : `No application follows the changed paths of ${merged.repository}, branch ${merged.base}. The change is merged; configure a tracker or leave sync:wait out.`,
          },
        };
      }
      const now = presentTime();
      return {
        ...waiting(
          merged,
          found.map(({ application }) => application),
        ),
        writes: {
          syncs: found.map(({ tracker, application }) => ({
            changeId: merged.changeId,
            tracker,
            application,
            commit: merged.commit,
            whole: !input.application,
            state: 'waiting',
            startedAt: now,
            deadline: deadlineOf(context),
          })),
        },
      };
    },
  };
}

function deadlineOf({ deadline, startedAt }: ActionContext): number {
  return deadline ?? startedAt + parseDuration(syncWaitAction.timeout);
}

function mergedOf({ outputs }: ActionContext): Merged | undefined {
  return Object.values(outputs)
    .reverse()
    .find(output => output.changeId !== undefined) as Merged | undefined;
}

async function applicationsOf(
  trackers: SyncTracker[],
  merged: Merged,
  input: SyncWaitInput,
): Promise<Array<{ tracker: string; application: string }>> {
  const all = await Promise.all(
    trackers.map(async tracker =>
      (await tracker.applications(merged.repository, merged.base)).map(
        found => ({
          ...found,
          tracker: tracker.name,
        }),
      ),
    ),
  );
  return all
    .flat()
    .filter(({ application, path }) =>
      input.application
        ? application === input.application
        : merged.paths.some(changed => follows(path, changed)),
    );
}

function outcomeOf(merged: Merged, syncs: ChangeSync[]): StepOutcome {
  const failed = syncs.find(({ state }) => state === 'failed');
  if (failed) {
    return {
      outcome: 'failed',
      reason: {
        code: isLate(failed) ? 'timeout' : 'syncFailed',
        message: `${failed.application} did not become healthy${isLate(failed) ? ' in time' : ''}: ${withoutDot(failed.message ?? 'no reason was told')}. The change is merged; look at the application, then revert or mend.`,
      },
    };
  }
  const left = syncs.filter(({ state }) => state !== 'healthy');
  if (left.length > 0) {
    return {
      ...waiting(
        merged,
        left.map(({ application }) => application),
      ),
      writes: { awaited: left },
    };
  }
  return {
    outcome: 'done',
    output: { applications: syncs.map(({ application }) => application) },
  };
}

/** It is looked at as often as ever: the application may follow its branch by itself. */
function standingStill(
  outcome: Extract<StepOutcome, { outcome: 'waiting' }>,
  { target }: ActionContext,
  { repository }: Merged,
  stops: Stop[],
): StepOutcome {
  const stop = findStop(stops, { repository, targets: [target] });
  const reason = stop ? waitsForStop(stop) : outcome.reason;
  return { ...outcome, reason, uncounted: true };
}

function isLate({ endedAt, deadline }: ChangeSync): boolean {
  return endedAt !== undefined && endedAt >= deadline;
}

function waiting(merged: Merged, applications: string[]): StepOutcome {
  return {
    outcome: 'waiting',
    reason: {
      code: 'sync',
      message: `Waits for ${applications.join(', ')} to apply the change.`,
    },
    topic: `sync:${merged.changeId}`,
    atMostMs: LOOK_AGAIN_MS,
  };
}
