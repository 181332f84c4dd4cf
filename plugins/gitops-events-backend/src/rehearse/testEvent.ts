import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { matchesAny } from '@gitops-events/plugin-gitops-events-sensors';
import type { Ingress } from '../config';
import { eventUid } from '../pipeline/accept';
import type { Refusal } from '../sources/envelope';
import { fromJsonFormat } from '../sources/structuredMode';

/** An event for a rehearsal, and what would be known about its arrival. */
export interface TestEvent {
  /** Attributes and `data` in the CloudEvents JSON format; `id`, `source` and `specversion` may be left out. */
  event: Record<string, unknown>;
  /** By default the one that takes its source and type. */
  ingress?: string;
  /** By default `external:test`. */
  principal?: string;
  /** Milliseconds since the epoch. */
  acceptedAt: number;
}

/**
 * The event as accept would store it, whoever may send it.
 *
 * @param place - makes the id, where none is given
 */
export function storedTestEvent(
  { event, ingress, principal = 'external:test', acceptedAt }: TestEvent,
  place: number,
  ingresses: readonly Ingress[],
): { event: StoredEvent } | { refusals: Refusal[] } {
  const whole = {
    specversion: '1.0',
    id: `test-${place + 1}`,
    source: '/test',
    ...event,
  };
  const checked = fromJsonFormat(JSON.stringify(whole), whole);
  if ('refusals' in checked) return checked;
  const { source, id, type } = checked.event;
  const granted = ingresses.find(
    one => matchesAny(one.sources, source) && matchesAny(one.types, type),
  );
  return {
    event: {
      ...checked.event,
      uid: eventUid(source, id),
      ingress: ingress ?? granted?.name ?? 'test',
      principal,
      acceptedAt,
    },
  };
}
