import { RecentMap } from '@gitops-events/plugin-gitops-events-node';
import type { Tree } from '@gitops-events/plugin-gitops-events-node/git';

/** What a host remembers; all of it only spares requests. */
export interface HostMemory {
  /** Trees and blobs never change under their id, nor does the tree of a commit. */
  trees: RecentMap<Tree>;
  blobs: RecentMap<Uint8Array>;
  treeOf: RecentMap<string>;
  /** Commits of which one is known to contain the other, or not to: that never changes. */
  ancestry: RecentMap<boolean>;
  /** The name that our credentials have, by the address of GitLab. */
  names: RecentMap<string>;
  /** Until when a GitLab asked to be left alone. */
  quietUntil: Map<string, number>;
}

export function emptyMemory(): HostMemory {
  return {
    trees: new RecentMap(200_000),
    blobs: new RecentMap(64 * 1024 * 1024),
    treeOf: new RecentMap(10_000),
    ancestry: new RecentMap(10_000),
    names: new RecentMap(100),
    quietUntil: new Map(),
  };
}
