import type { UnreadableLocation } from '@gitops-events/plugin-gitops-events-common';
import { shownFailure } from '../shownFailure';
import { prefixOf, type ReadLocation } from './readLocations';

/** Readings of a location that may fail before events are decided without its sensors. */
const patience = 3;

interface Failure {
  /** For the log. */
  error: Error;
  message: string;
  since: number;
  /** In a row. */
  times: number;
}

/**
 * Configured locations that cannot be read. Until each was read once, events
 * wait: a sensor that was not read yet would never see them. But a location
 * that is wrong for good must not keep all others waiting. Each replica reads
 * for itself, so this is what this one saw.
 */
export class UnreadableLocations {
  private failures = new Map<string, Failure>();
  private told = new Map<string, string>();
  private eventsWait = false;

  note(read: ReadLocation[], now: number): void {
    const before = this.failures;
    this.failures = new Map();
    for (const each of read) {
      if (!('error' in each)) continue;
      const name = prefixOf(each.location);
      const known = before.get(name);
      this.failures.set(name, {
        error: each.error,
        message: whyUnreadable(name, each.error),
        since: known?.since ?? now,
        times: (known?.times ?? 0) + 1,
      });
    }
  }

  /** Whether events wait for a location, as there is no active set yet; called once a reading. */
  holdBack(isFirst: boolean): boolean {
    this.eventsWait =
      isFirst &&
      [...this.failures.values()].some(({ times }) => times < patience);
    return this.eventsWait;
  }

  list(): UnreadableLocation[] {
    return [...this.failures].map(([location, { message, since }]) => ({
      location,
      message: `${message} ${this.consequence()}`,
      since: new Date(since).toISOString(),
      eventsWait: this.eventsWait,
    }));
  }

  /** What the log was not told yet: what fails in another way than before, and what can be read again. */
  news(): {
    failed: Array<UnreadableLocation & { error: Error }>;
    back: string[];
  } {
    const { told } = this;
    const failing = this.list();
    // By the error as well: people read the same of many.
    const sayings = failing.map(
      ({ location, message }) =>
        [location, `${message} ${this.failures.get(location)!.error}`] as const,
    );
    this.told = new Map(sayings);
    return {
      failed: failing
        .filter(
          ({ location }) => told.get(location) !== this.told.get(location),
        )
        .map(one => ({
          ...one,
          error: this.failures.get(one.location)!.error,
        })),
      back: [...told.keys()].filter(name => !this.told.has(name)),
    };
  }

  private consequence(): string {
    return this.eventsWait
      ? 'Events wait until it was read, or could not be read three times.'
      : 'Sensors that were read from it before stay as they are; others decide without it.';
  }
}

/** In words; the system's own would show a path of this machine. */
function whyUnreadable(name: string, error: Error & { code?: string }): string {
  switch (error.code) {
    case 'ENOENT':
      return 'There is no such folder or file. Mend gitopsEvents.sensors.locations.';
    case 'EACCES':
    case 'EPERM':
      return 'The backend may not read it. Grant it to the user that runs the backend.';
    case 'ENOTDIR':
      return 'It is not a folder, and not a YAML file. Mend gitopsEvents.sensors.locations.';
    default:
      return shownFailure(error, `Sensors of ${name}`).replace(/[.!\s]*$/, '.');
  }
}
