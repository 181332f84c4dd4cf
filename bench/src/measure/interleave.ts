import { median } from './statistics';

/** One side of a comparison: one call is one measurement, in the row's unit. */
export interface Side {
  name: string;
  measure(): Promise<number>;
}

/**
 * Measures all sides in turn, `rounds` times, after one round that does not
 * count, and gives the median of each by its name. In turn, because a shared
 * machine is faster at one moment than at another: it is so for all of them.
 */
export async function interleave(
  sides: Side[],
  options: { rounds: number; log(line: string): void },
): Promise<Map<string, number>> {
  const values = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round++) {
    const order = round % 2 === 0 ? sides : [...sides].reverse();
    for (const { name, measure } of order) {
      const value = await measure();
      if (round > 0) values.get(name)!.push(value);
    }
  }
  for (const [name, found] of values) {
    const list = found.map(value => value.toPrecision(3)).join(', ');
    options.log(`  ${name}: ${list}`);
  }
  return new Map([...values].map(([name, found]) => [name, median(found)]));
}
