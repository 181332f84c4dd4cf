/** What GitHub tells of one attempt to deliver to a webhook. */
export interface Delivery {
  id: number;
  /** The same for each attempt of one message. */
  guid: string;
  delivered_at: string;
  status_code: number;
}

/** GitHub redelivers what is not older. */
const REDELIVERED_MS = 3 * 24 * 60 * 60_000;
/** Its own attempt may still be on its way. */
const REST_MS = 60_000;
const ATTEMPTS = 5;

/**
 * The newest attempt of each message that nobody ever took. Pure.
 *
 * @param now - milliseconds since the epoch
 */
export function failedDeliveries(
  deliveries: Delivery[],
  now: number,
): Delivery[] {
  const byMessage = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    byMessage.set(delivery.guid, [
      ...(byMessage.get(delivery.guid) ?? []),
      delivery,
    ]);
  }
  return [...byMessage.values()].flatMap(attempts => {
    const taken = attempts.some(
      ({ status_code }) => status_code >= 200 && status_code < 300,
    );
    if (taken || attempts.length >= ATTEMPTS) return [];
    const [newest] = attempts.sort((a, b) => ageOf(a, now) - ageOf(b, now));
    const age = ageOf(newest, now);
    return age >= REST_MS && age < REDELIVERED_MS ? [newest] : [];
  });
}

function ageOf({ delivered_at }: Delivery, now: number): number {
  return now - Date.parse(delivered_at);
}
