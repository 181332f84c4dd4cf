import type { SensorView } from '@gitops-events/plugin-gitops-events-common';
import { readPositions } from '../store/positions';
import { knownPositions } from './readDecided';
import type { ReadRoom } from './readRoom';

/** How many events of the ingresses that a sensor listens to are accepted and not decided yet. */
export async function readLagOf(
  { knex, bus }: ReadRoom,
  { dependencies }: Pick<SensorView, 'dependencies'>,
): Promise<number> {
  const positions = knownPositions(await readPositions(knex));
  const feeds = (partition: string) =>
    dependencies.some(
      ({ ingress }) =>
        ingress === undefined || partition.startsWith(`${ingress}/`),
    );
  return (await bus.status(positions))
    .filter(({ partition }) => feeds(partition))
    .reduce((sum, { lag }) => sum + lag, 0);
}
