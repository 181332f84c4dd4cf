import type { ChainRecord } from '../store/chain';
import type { Stop } from '../store/stops';

/** Who sets a stop that no person set. */
export const OURSELVES = 'plugin:gitops-events';

/** A stop that is set or lifted, as the chain keeps it. */
export function stopRecord(
  outcome: 'set' | 'lifted',
  { id, scope }: Pick<Stop, 'id' | 'scope'>,
  more: Record<string, string>,
): ChainRecord {
  const { kind, name } = scope;
  return {
    what: 'stop',
    stop: id,
    kind,
    ...(name !== undefined && { name }),
    outcome,
    ...more,
  };
}
