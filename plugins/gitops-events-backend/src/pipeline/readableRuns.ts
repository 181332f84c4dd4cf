import type { Knex } from 'knex';
import { NewerRevisions } from '../store/newerRevisions';
import { releaseClaim } from '../store/releaseClaims';
import type { Run } from '../store/runRow';

/** So long a sensor is left alone once a run of it could not be read, in milliseconds. */
const LEFT_MS = 5_000;

/** Leaves runs alone whose revision only a newer engine can read (ADR 0033). */
export class ReadableRuns {
  private readonly leftUntil = new Map<string, number>();

  constructor(
    private readonly options: {
      knex: Knex;
      readSensor(sensor: string, revision: number): Promise<unknown>;
    },
  ) {}

  /** Sensors that had such runs a moment ago: none of theirs is claimed only to be given back. */
  left(): ReadonlySet<string> {
    const now = performance.now();
    for (const [sensor, until] of this.leftUntil) {
      if (now >= until) this.leftUntil.delete(sensor);
    }
    return new Set(this.leftUntil.keys());
  }

  /** Those of claimed runs that can be read; the others are given back, as though they had never been claimed. */
  async among(runs: Run[]): Promise<Run[]> {
    const unread = await Promise.all(runs.map(run => this.isUnread(run)));
    const left = runs.filter((_, at) => unread[at]);
    for (const run of left) {
      this.leftUntil.set(run.sensor, performance.now() + LEFT_MS);
      await releaseClaim(this.options.knex, run);
    }
    return runs.filter((_, at) => !unread[at]);
  }

  /** Any other failure to read it is the attempt's matter. */
  private isUnread({ sensor, revision }: Run): Promise<boolean> {
    return this.options.readSensor(sensor, revision).then(
      () => false,
      error => error instanceof NewerRevisions,
    );
  }
}
