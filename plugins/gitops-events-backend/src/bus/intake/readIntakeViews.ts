import type { IntakeView } from '@gitops-events/plugin-gitops-events-common';
import type {
  EventBroker,
  PartitionStatus,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { countLeftovers, readIntakes, type Intake } from '../../store/intakes';

/** A page shall not wait for a broker that is slow to say that it is gone. */
const ASK_MS = 2_000;

/** Each partition of the broker: how far it was taken in, and what stops it. */
export async function readIntakeViews(
  knex: Knex,
  broker: Pick<EventBroker, 'status' | 'health'>,
): Promise<IntakeView[]> {
  const intakes = await readIntakes(knex);
  const [statuses, leftovers] = await Promise.all([
    readStatuses(broker, intakes),
    countLeftovers(knex),
  ]);
  return intakes.map(({ partition, version, stopped }) => ({
    partition,
    version,
    behind: statuses.get(partition)?.lag,
    expiresAt: expiryOf(statuses.get(partition)),
    unreadable: leftovers.get(partition) ?? 0,
    stopped: stopped && {
      message: stopped.message,
      since: new Date(stopped.since).toISOString(),
    },
  }));
}

/** Told when half of its time is over: then there is as much left to mend it. */
function expiryOf(status: PartitionStatus | undefined): string | undefined {
  const { unreadSince, keptMs } = status ?? {};
  if (unreadSince === undefined || keptMs === undefined) return undefined;
  const isLate = Date.now() - unreadSince > keptMs / 2;
  return isLate ? new Date(unreadSince + keptMs).toISOString() : undefined;
}

async function readStatuses(
  broker: Pick<EventBroker, 'status' | 'health'>,
  intakes: Intake[],
): Promise<ReadonlyMap<string, PartitionStatus>> {
  if (broker.health().state === 'down') return new Map();
  const positions = new Map(
    intakes.flatMap(({ partition, position }) =>
      position === undefined ? [] : [[partition, position] as const],
    ),
  );
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<[]>(done => {
    timer = setTimeout(() => done([]), ASK_MS);
  });
  try {
    const asked = broker.status(positions).catch((): [] => []);
    const statuses = await Promise.race([asked, patience]);
    return new Map(statuses.map(status => [status.partition, status]));
  } finally {
    clearTimeout(timer);
  }
}
