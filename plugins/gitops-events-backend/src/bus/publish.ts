import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { PublishOutcome } from '@gitops-events/plugin-gitops-events-node';
import { isBadRow } from '../store/badRow';
import { insertEvents, type PlacedEvent } from '../store/insertEvents';

export const notStorable = {
  result: 'refused' as const,
  message: 'an attribute holds NUL or half of a surrogate pair',
};
const unfit: PublishOutcome = {
  result: 'refused',
  message:
    'the database cannot hold one of its values; make attributes and payload smaller and plainer, or ask whoever runs the portal to look into its log',
};

// PostgreSQL refuses NUL; half a pair would be stored as another character.
const unstorable = /\0|\p{Surrogate}/u;

/**
 * Stores a group. When the database refuses one of them, each is tried alone,
 * so that a bad event fails alone; what the database says to it is for the log,
 * its sender may be anybody. Outcomes in the order given.
 */
export async function publishGroup(
  knex: Knex,
  group: PlacedEvent[],
  logger?: Pick<LoggerService, 'warn'>,
): Promise<PublishOutcome[]> {
  const first = new Map<string, PlacedEvent>();
  for (const placed of group) {
    const { uid } = placed.event;
    if (!first.has(uid) && isStorable(placed)) first.set(uid, placed);
  }
  try {
    const fresh =
      first.size > 0
        ? await insertEvents(knex, [...first.values()])
        : new Set<string>();
    return group.map(placed => {
      if (!isStorable(placed)) return notStorable;
      const { uid } = placed.event;
      return fresh.has(uid) && first.get(uid) === placed
        ? { result: 'accepted' }
        : { result: 'duplicate' };
    });
  } catch (error) {
    if (!isBadRow(error)) throw error;
  }
  const outcomes: PublishOutcome[] = [];
  for (const placed of group) {
    outcomes.push(await publishAlone(knex, placed, logger));
  }
  return outcomes;
}

async function publishAlone(
  knex: Knex,
  placed: PlacedEvent,
  logger?: Pick<LoggerService, 'warn'>,
): Promise<PublishOutcome> {
  if (!isStorable(placed)) return notStorable;
  try {
    const fresh = await insertEvents(knex, [placed]);
    return { result: fresh.size > 0 ? 'accepted' : 'duplicate' };
  } catch (error) {
    if (!isBadRow(error)) throw error;
    const { id, ingress } = placed.event;
    logger?.warn(`Event ${id} of ${ingress} cannot be stored: ${error}`);
    return unfit;
  }
}

/** Whether each of its texts is one that every database keeps as it is. */
export function isStorable({ event }: Pick<PlacedEvent, 'event'>): boolean {
  return ![
    event.id,
    event.source,
    event.type,
    event.subject,
    event.time,
    event.dataContentType,
    event.dataSchema,
    event.entityRef,
    event.partitionKey,
    event.causationId,
    JSON.stringify(event.extensions),
  ].some(text => text !== undefined && unstorable.test(text));
}
