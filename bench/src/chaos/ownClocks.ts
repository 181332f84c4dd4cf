import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where Debian puts it, by processor; the variant for programs with threads. */
const libraries = ['x86_64', 'aarch64'].map(
  processor => `/usr/lib/${processor}-linux-gnu/faketime/libfaketimeMT.so.1`,
);

/** The library that stands before the clock of a process, where it is installed. */
export function fakeTimeLibrary(): string | undefined {
  return libraries.find(file => existsSync(file));
}

/** The clock of one process, on the wall alone: how long something takes is not touched. */
export interface OwnClock {
  /** What the process is started with. */
  env: Record<string, string>;
  /** How far it is off from now on, in milliseconds; seen within a second. */
  set(ms: number): void;
}

/** Makes clocks whose files are in a folder. @throws Error without the library */
export function ownClocks(folder: string): () => OwnClock {
  const library = fakeTimeLibrary();
  if (!library) throw new Error('libfaketime is missing.');
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return () => {
    const file = path.join(folder, `clock-${count++}`);
    const set = (ms: number) =>
      // One write, so that nobody reads half of it.
      writeFileSync(file, `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1_000}\n`);
    set(0);
    return {
      set,
      env: {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_CACHE_DURATION: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        // Older versions know the other name.
        DONT_FAKE_MONOTONIC: '1',
        // The kernel's clock, by which files have their times, is not this process's.
        NO_FAKE_STAT: '1',
        // Who is killed would leave its own behind.
        FAKETIME_DISABLE_SHM: '1',
      },
    };
  };
}
