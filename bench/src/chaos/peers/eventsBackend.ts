import type { BackendFeature } from '@backstage/backend-plugin-api';
import {
  headlessBackend,
  type HeadlessBackend,
} from '../../ours/headlessBackend';
import type { ReplicaStart } from '../replicaMessages';

export const TOPIC = 'chaos';

/** A Backstage with its events backend, on PostgreSQL. */
export function eventsBackend(
  { folder, database }: ReplicaStart,
  more: BackendFeature[],
): Promise<HeadlessBackend> {
  return headlessBackend(
    {
      folder,
      postgres: database.client === 'pg' ? database : undefined,
      atEnd: () => {},
    },
    {
      features: [import('@backstage/plugin-events-backend'), ...more],
      // By default whoever is once told that there is no bus does without it for ever.
      config: { events: { http: { topics: [TOPIC] }, useEventBus: 'always' } },
    },
  );
}
