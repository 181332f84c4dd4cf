/** Path of an event's timeline in the portal. */
export function eventLink(eventUid: string): string {
  return `/gitops-events/events/${eventUid}`;
}
