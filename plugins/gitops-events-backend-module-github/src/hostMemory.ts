import { Branches } from './branches';
import type { KnownAnswer } from './connection';
import type { KnownObjects } from './gitObjects';
import { RecentMap } from '@gitops-events/plugin-gitops-events-node';

/** What a host remembers; all of it only spares requests. */
export interface HostMemory {
  branches: Branches;
  answers: RecentMap<KnownAnswer>;
  objects: KnownObjects;
  /** Commits of which one is known to contain the other, or not to: that never changes. */
  ancestry: RecentMap<boolean>;
  logins: RecentMap<string>;
  /** Until when GitHub asked an actor to be quiet. */
  quietUntil: Map<string, number>;
}

export function emptyMemory(settleMs: number): HostMemory {
  return {
    branches: new Branches(settleMs),
    answers: new RecentMap(2_000),
    objects: {
      trees: new RecentMap(200_000),
      blobs: new RecentMap(64 * 1024 * 1024),
      commits: new RecentMap(10_000),
    },
    ancestry: new RecentMap(10_000),
    logins: new RecentMap(1_000),
    quietUntil: new Map(),
  };
}
