/** How new a value of a change key counts. */
export interface ValueAge {
  /** 0, or that of the replay that wrote it. */
  generation: number;
  /** Place in order of its run. */
  runSeq: number;
  /** Accepted time of its event, or of the newest value that a person saw it replace. */
  asOf: number;
}

/**
 * Whether a value is newer than another. Among what is live, and inside one
 * replay, runs are made in the order that counts. A replay makes its runs long
 * after their events, so across them the events tell: what a run that was late
 * has to say about a later event is newer than what a replay wrote meanwhile.
 */
export function isNewer(a: ValueAge, b: ValueAge): boolean {
  return a.generation === b.generation ? a.runSeq > b.runSeq : a.asOf > b.asOf;
}

/** The newest of those that are newer, or undefined. */
export function newerThan<Value extends ValueAge>(
  age: ValueAge,
  values: readonly Value[],
): Value | undefined {
  return values
    .filter(value => isNewer(value, age))
    .sort((a, b) => b.asOf - a.asOf)[0];
}

/** What stands for many values of one change key: the newest of each generation. */
export function newestOf(ages: Iterable<ValueAge>): ValueAge[] {
  const newest = new Map<number, ValueAge>();
  for (const { generation, runSeq, asOf } of ages) {
    const known = newest.get(generation);
    newest.set(generation, {
      generation,
      runSeq: Math.max(runSeq, known?.runSeq ?? 0),
      asOf: Math.max(asOf, known?.asOf ?? 0),
    });
  }
  return [...newest.values()];
}
