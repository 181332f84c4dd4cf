/** How the write of one item went. */
export interface Written {
  error?: unknown;
}

/**
 * Commits items together. When that fails, each is tried alone, so that a bad
 * one fails alone.
 *
 * @returns how each went, in the order given
 */
export async function togetherOrAlone<T>(
  items: T[],
  commit: (items: T[]) => Promise<void>,
): Promise<Written[]> {
  try {
    await commit(items);
    return items.map(() => ({}));
  } catch (error) {
    if (items.length === 1) return [{ error }];
  }
  const results: Written[] = [];
  for (const item of items) {
    results.push(
      await commit([item]).then(
        () => ({}),
        error => ({ error }),
      ),
    );
  }
  return results;
}
