import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { GateAnswer } from '../gate/admitRuns';
import { cancelRun } from '../quarantine/cancelRun';
import type { ChainRecord } from '../store/chain';
import { chunks } from '../store/chunks';
import { wakeNext } from '../store/parkRuns';
import { LIVE, runOf, type Run } from '../store/runRow';
import { lockSlots } from './lockSlots';
import { topicOf, type RunSlot } from './slotOf';

/** A run that waits looks for itself this often, should its wake get lost. */
const LOOK_AGAIN_MS = 3_600_000;
/** An older run was in the middle of a step: it may be cancelled in a moment. */
const TRY_AGAIN_MS = 2_000;
const OLDER_AT_ONCE = 100;

/** Why an older run is cancelled. */
export const newerRun = {
  code: 'newerRun',
  message: 'A newer run of the same concurrency key took its place.',
};

/** The places that some runs need, locked until the transaction ends. */
export class SlotGate {
  /** What was cancelled, for the record. */
  readonly records: ChainRecord[] = [];
  /** Let through before, and cancelled for a newer one. */
  readonly cancelled: Run[] = [];
  /** Let through here, and cancelled for a newer one before they began. */
  readonly displaced = new Set<Run>();
  /** Let through here and not begun yet, by slot, oldest first. */
  private readonly passed = new Map<string, Run[]>();
  /** Topics of places that somebody might have had who waits for something else. */
  private readonly left: string[] = [];

  private constructor(
    private readonly tx: Knex.Transaction,
    private readonly used: Map<string, number>,
  ) {}

  static async lock(
    tx: Knex.Transaction,
    wanted: RunSlot[],
  ): Promise<SlotGate> {
    const slots = [...new Set(wanted.map(({ slot }) => slot))];
    await lockSlots(tx, slots.map(topicOf));
    const used = new Map<string, number>();
    for (const some of chunks(slots)) {
      const rows = await live(tx)
        .whereIn('r.slot', some)
        .groupBy('r.slot')
        .select('r.slot')
        .count({ count: '*' });
      for (const { slot, count } of rows) used.set(slot, Number(count));
    }
    return new SlotGate(tx, used);
  }

  async ask(run: Run, wanted: RunSlot, now: number): Promise<GateAnswer> {
    const { slot, max, over } = wanted;
    const soon =
      over === 'cancelOlder' ? await this.makePlace(run, wanted) : false;
    const used = this.used.get(slot) ?? 0;
    if (used < max) {
      this.used.set(slot, used + 1);
      this.passed.set(slot, [...(this.passed.get(slot) ?? []), run]);
      return { answer: 'pass' };
    }
    const others = max === 1 ? 'another run' : `${max} other runs`;
    return {
      answer: 'wait',
      topic: topicOf(slot),
      shares: 'concurrencyKey',
      dueAt: now + (soon ? TRY_AGAIN_MS : LOOK_AGAIN_MS),
      reason: {
        code: 'concurrency',
        message: `Waits for ${others} of ${wanted.name} to end.`,
      },
    };
  }

  /** A run that might have had a place waits for something else, or will not begin at all. */
  leave({ slot }: RunSlot): void {
    this.left.push(topicOf(slot));
  }

  /** Wakes who comes next; once it is written who does not begin, since that one may stand in its lane. */
  async leaveToNext(): Promise<void> {
    for (const topic of this.left) await wakeNext(this.tx, topic);
  }

  /**
   * Cancels older runs of the slot: all that wait for a place, and of those
   * under way as many as it takes.
   *
   * @returns whether another one may be cancelled in a moment
   */
  private async makePlace(run: Run, { slot, max }: RunSlot): Promise<boolean> {
    const older = () =>
      live(this.tx)
        .where('r.seq', '<', run.seq)
        .orderBy('r.seq')
        .limit(OLDER_AT_ONCE)
        .select('r.*');
    const waiting = await older().where('r.topic', topicOf(slot));
    for (const row of waiting) await this.cancel(runOf(row));

    let soon = false;
    const underWay = await older().where('r.slot', slot);
    for (const row of underWay) {
      if (this.hasPlace(slot, max)) return false;
      const other = runOf(row);
      if (other.state === 'running') soon = true;
      else if (!isMerged(other) && (await this.cancel(other))) this.free(slot);
    }
    const passed = this.passed.get(slot) ?? [];
    while (!this.hasPlace(slot, max) && passed.length > 0) {
      this.displaced.add(passed.shift()!);
      this.free(slot);
    }
    return soon;
  }

  private hasPlace(slot: string, max: number): boolean {
    return (this.used.get(slot) ?? 0) < max;
  }

  private free(slot: string): void {
    this.used.set(slot, this.used.get(slot)! - 1);
  }

  private async cancel(run: Run): Promise<boolean> {
    try {
      const outcome = await cancelRun(this.tx, run, {
        by: `sensor:${run.sensor}`,
        reason: newerRun,
      });
      this.records.push({
        what: 'run',
        run: run.id,
        event: run.eventUid,
        sensor: run.sensor,
        revision: run.revision,
        outcome,
        code: newerRun.code,
      });
      if (outcome === 'cancelled') this.cancelled.push(run);
      return outcome === 'cancelled';
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }
}

function isMerged({ steps }: Run): boolean {
  return steps.some(({ output }) => output?.commit !== undefined);
}

function live(tx: Knex) {
  return tx({ r: 'runs' }).whereRaw(LIVE) as Knex.QueryBuilder<any, any>;
}
