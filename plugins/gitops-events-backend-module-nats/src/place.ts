import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';

/** How far a stream was read. */
export interface Place {
  /** Number of the last message that was read; 0: none. */
  seq: number;
  /** When it was stored, in milliseconds since the epoch: it tells one that took its number. */
  time?: number;
  /** When the server made the stream: it tells one that was made anew. */
  created?: string;
  /** What is missing up to here is known: a person let it go on. */
  missingTo?: number;
}

export function placeOf(position: BusPosition | undefined): Place {
  return position === undefined ? { seq: 0 } : JSON.parse(position);
}

export function positionOf(place: Place): BusPosition {
  return JSON.stringify(place);
}
