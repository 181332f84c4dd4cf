/** States one can filter a timeline by, as the API names them, in words. */
export const states = [
  { value: 'open', label: 'Under way' },
  { value: 'settled', label: 'Settled' },
  { value: 'held', label: 'Held for review' },
  { value: 'failed', label: 'Failed' },
] as const;
export type State = (typeof states)[number]['value'];

const hour = 3_600_000;
const spans: Record<string, number> = {
  '1h': hour,
  '24h': 24 * hour,
  '7d': 7 * 24 * hour,
  '30d': 30 * 24 * hour,
};

export const periods = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
] as const;

/** The instant a period begins, as ISO 8601; undefined for any time. */
export function sinceOf(period: string, now: number): string | undefined {
  const span = spans[period];
  return span === undefined ? undefined : new Date(now - span).toISOString();
}
