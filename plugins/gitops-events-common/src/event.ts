import { z } from 'zod';
import { statusSchema } from './status';

/** A change that an event tells of. @public */
export interface AboutChange {
  changeId: string;
  /** Names of the sensors whose runs it carries. */
  sensors: string[];
}

/**
 * An event as it was accepted: the sender's CloudEvents 1.0 attributes
 * unchanged, the payload as the bytes received, and beside them what we know
 * about its arrival.
 *
 * @public
 */
export interface StoredEvent {
  /** 32 lower-case hex digits: the first half of SHA-256 over `source`, NUL, `id`. Names the event in URLs. */
  uid: string;
  /** CloudEvents `id`, unique within `source`. */
  id: string;
  source: string;
  type: string;
  subject?: string;
  /** CloudEvents `time` exactly as sent (RFC 3339). */
  time?: string;
  dataContentType?: string;
  dataSchema?: string;
  /** Extension attributes other than `entityref`, `partitionkey`, `causationid` and `causationdepth`. */
  extensions: Record<string, string | number | boolean>;
  /** CloudEvents extension `entityref`, in full form: `component:default/shop`. */
  entityRef?: string;
  /** Owner of that entity when the event was accepted. */
  ownerRef?: string;
  /** CloudEvents extension `partitionkey`. */
  partitionKey?: string;
  /** CloudEvents extension `causationid`: the uid of the event that led to this one. */
  causationId?: string;
  /** How many of our own steps led here; 0 for an event from outside. */
  depth: number;
  /** The change of ours whose commit it tells of; told when it is decided. */
  about?: AboutChange;
  /** Name of the configured ingress that brought it. */
  ingress: string;
  /** Who brought it, such as `plugin:scaffolder`, `external:registry`, `user:default/ana`. */
  principal: string;
  /** Milliseconds since the epoch, stamped by the store. */
  acceptedAt: number;
  /** When a broker before the store acknowledged it; absent where there is none. */
  acknowledgedAt?: number;
  /** The payload as received; absent when there was none or it was erased. */
  data?: Uint8Array;
  /** When its payload was erased, in milliseconds since the epoch. */
  erasedAt?: number;
}

/**
 * What orders an event among others: `partitionkey`, else `entityref`, else
 * source and subject. Without any of them the event has no order.
 *
 * @public
 */
export function partitionKeyOf(
  event: Pick<StoredEvent, 'partitionKey' | 'entityRef' | 'source' | 'subject'>,
): string | undefined {
  if (event.partitionKey !== undefined) return event.partitionKey;
  if (event.entityRef !== undefined) return event.entityRef;
  if (event.subject !== undefined) return `${event.source}\n${event.subject}`;
  return undefined;
}

/**
 * An event as the API shows it. JSON payloads are parsed and masked, other
 * payloads are shown by size alone.
 *
 * @public
 */
export const eventViewSchema = z.object({
  uid: z.string(),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string().optional(),
  time: z.string().optional(),
  dataContentType: z.string().optional(),
  dataSchema: z.string().optional(),
  extensions: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()]),
  ),
  entityRef: z.string().optional(),
  partitionKey: z.string().optional(),
  causationId: z.string().optional(),
  depth: z.number(),
  ingress: z.string(),
  principal: z.string(),
  /** ISO 8601, UTC. */
  acceptedAt: z.string(),
  /** Bytes of the payload; 0 without one. */
  dataSize: z.number(),
  /** When the payload was erased, since its time was over (ISO 8601). */
  dataErasedAt: z.string().optional(),
  /** Parsed JSON payload, secrets masked. Only where a single event is read. */
  data: z.unknown().optional(),
  /** What of a long payload `data` leaves out, in sentences for a person; absent where it is whole. */
  dataLeftOut: z.array(z.string()).optional(),
  /** Whether each decision is made and each run has ended. */
  settled: z.boolean(),
  /** One sentence for a person, for lists and chips. */
  summary: statusSchema,
  /** Title of the run it led to, or its type. */
  title: z.string(),
});

/** @public */
export type EventView = z.infer<typeof eventViewSchema>;

/** @public */
export const publishedEventSchema = z.object({
  id: z.string(),
  source: z.string(),
  uid: z.string(),
  /** `duplicate`: the same `source` and `id` was accepted before; nothing changed. */
  result: z.enum(['accepted', 'duplicate']),
});

/** @public */
export const publishResultSchema = z.object({
  events: z.array(publishedEventSchema),
  /** The sense in which "accepted" means stored. */
  durability: z.enum(['disk', 'replicated', 'relaxed']),
});

/** @public */
export type PublishResult = z.infer<typeof publishResultSchema>;
