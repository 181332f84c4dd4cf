/** What became of what a peer acknowledged. */
export interface PeerCount {
  accepted: number;
  /** Neither done nor kept. */
  lost: number;
  /** Done more often than once. */
  doubled: number;
  /** Not done, and still there. */
  late: number;
}

/** Counts as is done with ours, by the marks outside. Pure. */
export function countPeer(
  acknowledged: string[],
  effects: string[],
  kept: string[],
): PeerCount {
  const times = new Map<string, number>();
  for (const id of effects) times.set(id, (times.get(id) ?? 0) + 1);
  const isKept = new Set(kept);
  const missing = acknowledged.filter(id => !times.has(id));
  return {
    accepted: acknowledged.length,
    lost: missing.filter(id => !isKept.has(id)).length,
    doubled: [...times.values()].filter(count => count > 1).length,
    late: missing.filter(id => isKept.has(id)).length,
  };
}
