import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { readIntakes } from '../../store/intakes';
import { askedWithin } from './askedWithin';

/** Tells partitions that the configuration names, also those that the broker cannot list now. */
export function isNamed(
  broker: Pick<EventBroker, 'isConfigured'>,
  listed: string[],
): (partition: string) => boolean {
  return partition =>
    listed.includes(partition) || (broker.isConfigured?.(partition) ?? false);
}

/**
 * Tells partitions that were read once, and that the configuration no longer
 * names. While the broker does not say which it has, none of them is.
 */
export async function isRetired(
  broker: Pick<EventBroker, 'partitions' | 'isConfigured'> | undefined,
): Promise<(partition: string) => boolean> {
  if (!broker) return () => true;
  const listed = await askedWithin(() => broker.partitions());
  if (!listed) return () => false;
  const named = isNamed(broker, listed);
  return partition => !named(partition);
}

/** Those of them in which something is left that can be read; undefined while the broker does not say. */
export async function readableLeft(
  knex: Knex,
  broker: EventBroker,
  listed: string[],
): Promise<string[] | undefined> {
  const named = isNamed(broker, listed);
  const out = (await readIntakes(knex)).filter(
    ({ partition, stopped }) => !stopped && !named(partition),
  );
  if (out.length === 0) return [];
  const positions = new Map(
    out.flatMap(({ partition, position }) =>
      position === undefined ? [] : [[partition, position] as const],
    ),
  );
  const names = out.map(({ partition }) => partition);
  const statuses = await askedWithin(() => broker.status(positions, names));
  return statuses
    ?.filter(({ partition, lag }) => lag > 0 && names.includes(partition))
    .map(({ partition }) => partition);
}
