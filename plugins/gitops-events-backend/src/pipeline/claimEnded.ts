/** A claim ended before anything was done under it: somebody else takes the step, as though nobody had. */
export class ClaimEnded extends Error {}

/** @throws ClaimEnded when the claim ends first, or has ended */
export async function whileClaimed<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new ClaimEnded();
  return new Promise((done, failed) => {
    const end = () => failed(new ClaimEnded());
    signal.addEventListener('abort', end);
    work()
      .then(done, failed)
      .finally(() => signal.removeEventListener('abort', end));
  });
}
