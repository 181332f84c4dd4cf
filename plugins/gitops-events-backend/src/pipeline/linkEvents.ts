import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Ingress } from '../config';
import { readOwnChanges } from '../store/readOwnChanges';
import { namedCommits } from './namedCommits';

/**
 * Links events to the changes of ours whose commits they tell of: such an event
 * follows from what led to the change, whatever its sender says, and is not
 * offered to the sensors that made it.
 */
export async function linkEvents(
  knex: Knex,
  events: StoredEvent[],
  ingresses: readonly Ingress[],
): Promise<StoredEvent[]> {
  const fields = new Map(ingresses.map(({ name, commits }) => [name, commits]));
  const named = events.map(event =>
    namedCommits(event, fields.get(event.ingress)),
  );
  const own = await readOwnChanges(knex, {
    commits: named.flatMap(({ commits }) => commits),
    changes: named.flatMap(({ changes }) => changes),
  });
  if (own.size === 0) return events;
  return events.map((event, index) => {
    const { commits, changes } = named[index];
    const change = [...commits, ...changes]
      .map(name => own.get(name))
      .find(found => found !== undefined);
    if (!change) return event;
    const { changeId, sensors, depth, cause } = change;
    return {
      ...event,
      about: { changeId, sensors },
      depth: Math.max(event.depth, depth + 1),
      causationId: event.causationId ?? cause,
    };
  });
}
