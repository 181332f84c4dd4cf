const LOOK_MS = 100;

/** Resident memory of this process, all of its threads together, in MB. */
export function residentMemory(): number {
  return process.memoryUsage.rss() / 1024 / 1024;
}

/** Looks at it all the while; gives the most that was seen. */
export async function mostMemory(work: Promise<unknown>): Promise<number> {
  let most = residentMemory();
  const timer = setInterval(() => {
    most = Math.max(most, residentMemory());
  }, LOOK_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
  return most;
}
