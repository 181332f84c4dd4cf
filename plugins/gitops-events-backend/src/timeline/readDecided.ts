import type { EventBus } from '@gitops-events/plugin-gitops-events-node';
import type { Position } from '../store/positions';
import type { EventRow } from './eventRow';

/**
 * An event can be committed this much later than its stamp says, in
 * milliseconds: with several replicas, one that is stamped earlier may still
 * be on its way when a later one is decided.
 */
const lateCommitMs = 60_000;

/**
 * Which of these events every sensor has had its say on. One transaction
 * decides an event for all sensors, so any decision or run of it says yes;
 * an event that no sensor listens to leaves no row, and the position of its
 * partition answers for it.
 *
 * @param options.answered - uids of events that have a decision or a run
 */
export async function decidedEvents(options: {
  positions: Position[];
  bus: Pick<EventBus, 'status'>;
  events: EventRow[];
  answered: ReadonlySet<string>;
}): Promise<Set<string>> {
  const { positions, events } = options;
  const decided = new Set(options.answered);
  const clocks = new Map(
    positions.map(({ partition, clock }) => [partition, clock]),
  );
  const recent: EventRow[] = [];
  for (const event of events) {
    if (decided.has(event.uid)) continue;
    const clock = clocks.get(event.partition) ?? -1;
    if (event.acceptedAt < clock - lateCommitMs) decided.add(event.uid);
    else if (event.acceptedAt <= clock) recent.push(event);
  }
  if (recent.length > 0) {
    // Only an empty rest says for sure that these are done.
    const drained = await drainedPartitions(positions, options.bus);
    for (const event of recent) {
      if (drained.has(event.partition)) decided.add(event.uid);
    }
  }
  return decided;
}

async function drainedPartitions(
  positions: Position[],
  bus: Pick<EventBus, 'status'>,
): Promise<Set<string>> {
  const status = await bus.status(knownPositions(positions));
  return new Set(
    status.filter(({ lag }) => lag === 0).map(({ partition }) => partition),
  );
}

/** As {@link EventBus.status} takes them. */
export function knownPositions(positions: Position[]): Map<string, string> {
  return new Map(
    positions.flatMap(({ partition, position }) =>
      position === undefined ? [] : [[partition, position]],
    ),
  );
}
