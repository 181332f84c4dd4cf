/** Lets `callers` work at once for `ms`, each the next after its last, and gives how much was done a second. */
export async function perSecond(options: {
  callers: number;
  ms: number;
  /** Does one turn and says how much it was. */
  work(caller: number): Promise<number>;
}): Promise<number> {
  const { callers, ms, work } = options;
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() - start < ms) {
        const some = await work(caller);
        done += some;
      }
    }),
  );
  return (done / (performance.now() - start)) * 1000;
}
