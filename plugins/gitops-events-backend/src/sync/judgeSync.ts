import type { SyncObservation } from '@gitops-events/plugin-gitops-events-node';
import type { ChangeSync } from '../store/changeSyncs';

/**
 * How a merged commit stands at an application. Pure.
 *
 * Applied means: the compared revision contains the commit, nothing differs,
 * and what was seen after that says healthy. An observation from before the
 * sync was asked for proves nothing.
 *
 * @param contained - whether the observed revision contains the commit
 * @param now - milliseconds since the epoch
 */
export function judgeSync(options: {
  sync: ChangeSync;
  observation: SyncObservation | undefined;
  contained: boolean;
  now: number;
}): Pick<ChangeSync, 'state' | 'message' | 'url' | 'stuck'> {
  return { ...stateOf(options), stuck: isStuck(options.observation) };
}

/** It makes no progress; whatever it is about, nobody shall wait for it with what may mend it. */
function isStuck(observation: SyncObservation | undefined): boolean {
  return (
    !observation ||
    observation.sync === 'failed' ||
    observation.health === 'degraded'
  );
}

function stateOf({
  sync,
  observation,
  contained,
  now,
}: Parameters<typeof judgeSync>[0]): Pick<
  ChangeSync,
  'state' | 'message' | 'url'
> {
  const late = sync.stoppedAt === undefined && now >= sync.deadline;
  if (!observation) {
    return late
      ? { state: 'failed', message: 'The application is gone' }
      : {
          state: sync.state,
          message: 'The application was not found; looking again',
        };
  }
  const { url, message } = observation;
  if (contained && observation.observedAt >= sync.startedAt) {
    if (observation.sync === 'synced' && observation.health === 'healthy') {
      return { state: 'healthy', message, url };
    }
    if (observation.sync === 'failed') {
      return { state: 'failed', message: message ?? 'The sync failed', url };
    }
  }
  if (late) {
    return {
      state: 'failed',
      message:
        message ??
        (contained
          ? `It is ${observation.health}`
          : 'The commit was not picked up in time'),
      url,
    };
  }
  return {
    state: contained || observation.sync === 'syncing' ? 'syncing' : sync.state,
    message,
    url,
  };
}
