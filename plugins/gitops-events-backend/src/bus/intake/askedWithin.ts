/** A page shall not wait for a broker that is slow to say that it is gone. */
const ASK_MS = 2_000;

/** Undefined where the broker fails, or does not answer soon. */
export async function askedWithin<T>(
  ask: () => Promise<T>,
  ms = ASK_MS,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>(done => {
    timer = setTimeout(() => done(undefined), ms);
  });
  try {
    return await Promise.race([ask().catch(() => undefined), patience]);
  } finally {
    clearTimeout(timer);
  }
}
