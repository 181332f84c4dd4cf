/** The middle value; of an even number the lower one of the two. */
export function median(values: number[]): number {
  return percentile(values, 50);
}

/** The smallest value that at least `percent` % of all do not exceed. */
export function percentile(values: number[], percent: number): number {
  if (values.length === 0) throw new Error('There is nothing to measure.');
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(rank, 1) - 1];
}
