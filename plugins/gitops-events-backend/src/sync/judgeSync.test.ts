import type { SyncObservation } from '@gitops-events/plugin-gitops-events-node';
import type { ChangeSync } from '../store/changeSyncs';
import { judgeSync } from './judgeSync';

const sync: ChangeSync = {
  changeId: 'c',
  tracker: 'directory',
  application: 'shop',
  commit: 'abc',
  whole: true,
  state: 'waiting',
  startedAt: 1_000,
  deadline: 10_000,
};
const healthy: SyncObservation = {
  application: 'shop',
  repository: 'local:deployments',
  branch: 'main',
  path: '.',
  revision: 'abc',
  sync: 'synced',
  health: 'healthy',
  observedAt: 2_000,
};
const ask = (
  o: Partial<SyncObservation> | undefined,
  contained = true,
  now = 3_000,
) =>
  judgeSync({ sync, observation: o && { ...healthy, ...o }, contained, now });
const judge = (...asked: Parameters<typeof ask>) => ask(...asked).state;
const isStuck = (...asked: Parameters<typeof ask>) => ask(...asked).stuck;

describe('judgeSync', () => {
  it('makes no progress once it is degraded, failed or gone, whatever it is about', () => {
    expect(isStuck({ health: 'progressing' })).toBe(false);
    expect(isStuck({ health: 'missing', sync: 'outOfSync' }, false)).toBe(
      false,
    );
    expect(isStuck({ health: 'degraded' })).toBe(true);
    expect(isStuck({ health: 'degraded' }, false)).toBe(true);
    expect(isStuck({ sync: 'failed' }, false)).toBe(true);
    expect(isStuck(undefined)).toBe(true);
  });

  it('is healthy only when the commit is contained, synced, and seen healthy after that', () => {
    expect(judge({})).toBe('healthy');
    expect(judge({}, false)).toBe('waiting');
    expect(judge({ observedAt: 999 })).toBe('syncing');
    expect(judge({ health: 'progressing' })).toBe('syncing');
    expect(judge({ sync: 'outOfSync' })).toBe('syncing');
  });

  it('fails when the sync failed, not for a failure from before', () => {
    expect(judge({ sync: 'failed' })).toBe('failed');
    expect(judge({ sync: 'failed', observedAt: 10 })).toBe('syncing');
    expect(judge({ sync: 'failed' }, false)).toBe('waiting');
  });

  it('fails at the deadline whatever is missing', () => {
    expect(judge({ health: 'degraded' }, true, 10_000)).toBe('failed');
    expect(judge({}, false, 10_000)).toBe('failed');
    expect(judge(undefined, false, 10_000)).toBe('failed');
    expect(judge(undefined, false, 9_999)).toBe('waiting');
  });
});
