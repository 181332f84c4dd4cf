import { createHash } from 'node:crypto';
import {
  partitionKeyOf,
  type StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type { Ingress } from '../config';

/** Names of an ingress's partitions: `harbor/0`, `harbor/1`. */
export function partitionsOf(ingress: Pick<Ingress, 'name' | 'partitions'>) {
  return Array.from(
    { length: ingress.partitions },
    (_, number) => `${ingress.name}/${number}`,
  );
}

/**
 * Events of one partition key share a partition, so that they are decided in
 * order. An event without a key has no order: its uid spreads it.
 */
export function partitionFor(
  event: Pick<
    StoredEvent,
    'partitionKey' | 'entityRef' | 'source' | 'subject' | 'uid' | 'ingress'
  >,
  partitions: number,
): string {
  if (partitions <= 1) return `${event.ingress}/0`;
  const key = partitionKeyOf(event) ?? event.uid;
  const number =
    createHash('sha256').update(key).digest().readUInt32BE(0) % partitions;
  return `${event.ingress}/${number}`;
}
