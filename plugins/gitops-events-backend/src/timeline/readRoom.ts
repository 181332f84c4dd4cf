import type { Knex } from 'knex';
import type { EventBus } from '@gitops-events/plugin-gitops-events-node';

/** What reading needs. */
export interface ReadRoom {
  knex: Knex;
  bus: Pick<EventBus, 'kind' | 'durability' | 'status'>;
}
