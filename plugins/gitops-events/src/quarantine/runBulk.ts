/** How one item of a bulk decision went. */
export type BulkOutcome = { ok: true } | { ok: false; error: unknown };

/**
 * Decides several items, in their order and a few at a time, and tells how each went as soon as
 * it is known. One that fails does not stop the others.
 */
export async function runBulk<T>(options: {
  items: readonly T[];
  idOf: (item: T) => string;
  act: (item: T) => Promise<void>;
  onOutcome: (id: string, outcome: BulkOutcome) => void;
  /** How many; one where each has to wait for the one before it. */
  atOnce?: number;
}): Promise<{ done: string[]; failed: string[] }> {
  // Three are enough to be quick, few enough that forty decisions are not a storm.
  const { items, idOf, act, onOutcome, atOnce = 3 } = options;
  const waiting = [...items];
  const done: string[] = [];
  const failed: string[] = [];
  const work = async () => {
    for (
      let item = waiting.shift();
      item !== undefined;
      item = waiting.shift()
    ) {
      const id = idOf(item);
      try {
        await act(item);
        done.push(id);
        onOutcome(id, { ok: true });
      } catch (error) {
        failed.push(id);
        onOutcome(id, { ok: false, error });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { done, failed };
}
