import type { IntakeView } from '@gitops-events/plugin-gitops-events-common';
import type {
  EventBroker,
  PartitionStatus,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { presentTime } from '../../presentTime';
import { countLeftovers, readIntakes } from '../../store/intakes';
import { askedWithin } from './askedWithin';
import { isRetired } from './retired';

type Asked = Pick<
  EventBroker,
  'status' | 'health' | 'partitions' | 'isConfigured'
>;

/**
 * Each partition of the broker: how far it was taken in, and what stops it. Of
 * one that the configuration no longer names, only while something may be left in it.
 *
 * @param broker - without one, events go straight into the log, and all of them are left over
 */
export async function readIntakeViews(
  knex: Knex,
  broker: Asked | undefined,
): Promise<IntakeView[]> {
  const intakes = await readIntakes(knex);
  if (intakes.length === 0) return [];
  const retired = await isRetired(broker);
  const positions = new Map(
    intakes.flatMap(({ partition, position }) =>
      position === undefined ? [] : [[partition, position] as const],
    ),
  );
  const beside = intakes.map(one => one.partition).filter(retired);
  const [statuses, leftovers] = await Promise.all([
    readStatuses(broker, positions, beside),
    countLeftovers(knex),
  ]);
  return intakes.flatMap(({ partition, version, stopped }) => {
    const status = statuses.get(partition);
    const behind = status?.lag;
    const isOut = retired(partition);
    if (isOut && behind === 0) return [];
    return {
      ...{ partition, version, behind },
      ...(isOut && {
        retired: { message: outcomeOf(behind, stopped !== undefined) },
      }),
      expiresAt: expiryOf(status),
      filled: filledOf(status),
      unreadable: leftovers.get(partition) ?? 0,
      stopped: stopped && {
        message: stopped.message,
        since: new Date(stopped.since).toISOString(),
      },
    };
  });
}

function outcomeOf(behind: number | undefined, isStopped: boolean): string {
  if (behind === undefined) {
    return 'The configuration no longer names it, and what is left in it cannot be asked for. Configure it again to have that read, or let it go.';
  }
  return isStopped
    ? 'The configuration no longer names it, and events are left in it. Configure it again to go on, or let it go.'
    : 'The configuration no longer names it. The events that are left in it are read to the end.';
}

/** Told when half of its time is over: then there is as much left to mend it. */
function expiryOf(status: PartitionStatus | undefined): string | undefined {
  const { unreadSince, keptMs } = status ?? {};
  if (unreadSince === undefined || keptMs === undefined) return undefined;
  const isLate = presentTime() - unreadSince > keptMs / 2;
  return isLate ? new Date(unreadSince + keptMs).toISOString() : undefined;
}

function filledOf(status: PartitionStatus | undefined): number | undefined {
  const { unreadBytes, keptBytes } = status ?? {};
  if (unreadBytes === undefined || !keptBytes) return undefined;
  const share = unreadBytes / keptBytes;
  return share > 0.5 ? share : undefined;
}

async function readStatuses(
  broker: Asked | undefined,
  positions: ReadonlyMap<string, string>,
  beside: string[],
): Promise<ReadonlyMap<string, PartitionStatus>> {
  if (!broker || broker.health().state === 'down') return new Map();
  const statuses = await askedWithin(() => broker.status(positions, beside));
  return new Map((statuses ?? []).map(status => [status.partition, status]));
}
