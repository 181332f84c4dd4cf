import type { MemoryRoom } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { countKeys } from '../store/countKeys';

const COUNT_AGAIN_MS = 1_000;
/** Of the time that counting may take. */
const SHARE = 0.01;

interface Count {
  keys: number;
  /** On the monotonic clock. */
  countAgainAt: number;
}

/**
 * How many keys each sensor remembers. What this process adds is known at once,
 * and counts before it is committed; so one process never exceeds the limit.
 * What others add, and what is forgotten, is seen when it counts again.
 */
export class LiveKeys {
  private readonly counts = new Map<string, Count>();
  /** Keys of transactions under way. */
  private readonly unsettled = new Map<string, number>();
  /** All keys ever added here. */
  private readonly added = new Map<string, number>();

  constructor(
    private readonly options: {
      knex: Knex;
      /** Keys that one sensor may remember. */
      limit: number;
    },
  ) {}

  /** Counts those whose count is old. Not to be called in a transaction. */
  async refresh(sensors: Iterable<string>): Promise<void> {
    for (const sensor of new Set(sensors)) {
      const known = this.counts.get(sensor);
      if (!known || known.countAgainAt <= performance.now()) {
        await this.count(sensor);
      }
    }
  }

  /** For a sensor that was refreshed. */
  roomOf(sensor: string): MemoryRoom {
    const { limit } = this.options;
    return { left: limit - this.counts.get(sensor)!.keys, limit };
  }

  /**
   * Takes note of what a transaction is about to remember, by sensor.
   *
   * @returns to be called when it has ended
   */
  take(
    growth: ReadonlyMap<string, number>,
  ): (outcome: 'committed' | 'rolledBack') => void {
    const told = [...growth].map(([sensor, keys]) => ({
      sensor,
      keys,
      more: Math.max(0, keys),
      count: this.counts.get(sensor),
    }));
    for (const { sensor, more, count } of told) {
      if (count) count.keys += more;
      add(this.unsettled, sensor, more);
      add(this.added, sensor, more);
    }
    return outcome => {
      for (const { sensor, keys, more, count } of told) {
        add(this.unsettled, sensor, -more);
        // A newer count may know it already: rather too many than too few.
        if (!count || this.counts.get(sensor) !== count) continue;
        count.keys += (outcome === 'committed' ? keys : 0) - more;
      }
    };
  }

  private async count(sensor: string): Promise<void> {
    const start = performance.now();
    const unsettled = this.unsettled.get(sensor) ?? 0;
    const before = this.added.get(sensor) ?? 0;
    const { knex, limit } = this.options;
    const counted = await countKeys(knex, sensor, limit);
    const meanwhile = (this.added.get(sensor) ?? 0) - before;
    const end = performance.now();
    this.counts.set(sensor, {
      // Some of these may be counted twice, none is missed.
      keys: counted + unsettled + meanwhile,
      countAgainAt: end + Math.max(COUNT_AGAIN_MS, (end - start) / SHARE),
    });
  }
}

function add(sums: Map<string, number>, name: string, keys: number): void {
  sums.set(name, (sums.get(name) ?? 0) + keys);
}
