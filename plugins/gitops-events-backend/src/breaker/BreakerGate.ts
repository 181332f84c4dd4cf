import type { Knex } from 'knex';
import type { GateAnswer } from '../gate/admitRuns';
import {
  breakerText,
  lockBreakers,
  readOpenBreakers,
  writeBreaker,
  type BreakerRow,
} from '../store/breakers';
import type { Run } from '../store/runRow';
import { ask, nextLook, type Breaker } from './breaker';
import type { RunBreaker } from './breakerOf';
import {
  breakerTopic,
  heldByBreaker,
  waitingSince,
  waitsForBreaker,
} from './waitsForBreaker';

/** A run that waits looks for itself this often, should its wake get lost. */
const LOOK_AGAIN_MS = 3_600_000;

/** The breakers that some runs stand behind, locked until the transaction ends. */
export class BreakerGate {
  private readonly asked = new Map<string, Breaker>();

  private constructor(
    private readonly tx: Knex,
    private readonly rows: Map<string, BreakerRow>,
  ) {}

  /** A closed breaker needs no lock: who began before it opened began in time. */
  static async lock(tx: Knex, breakers: RunBreaker[]): Promise<BreakerGate> {
    const open = await readOpenBreakers(tx, breakers);
    const rows = open.length > 0 ? await lockBreakers(tx, open) : [];
    return new BreakerGate(
      tx,
      new Map(rows.map(row => [breakerText(row), row])),
    );
  }

  ask(run: Run, breaker: RunBreaker | undefined, now: number): GateAnswer {
    const key = breaker && breakerText(breaker);
    const row = key === undefined ? undefined : this.rows.get(key);
    if (!breaker || !row) return { answer: 'pass' };
    const before = this.asked.get(key!) ?? row.breaker;
    const said = ask(before, breaker.settings, { run: run.id, at: now });
    this.asked.set(key!, said.breaker);
    if (said.pass || before.state === 'closed') return { answer: 'pass' };
    const since = waitingSince(run) ?? now;
    const deadline = since + (breaker.maxHoldMs ?? Infinity);
    if (breaker.over === 'hold' || now >= deadline) {
      return {
        answer: 'hold',
        reason: heldByBreaker(breaker, breaker.title, before),
      };
    }
    return {
      answer: 'wait',
      topic: breakerTopic(breaker),
      shares: breaker.per === 'sensor' ? undefined : breaker.per,
      dueAt: Math.min(deadline, before.until + LOOK_AGAIN_MS),
      reason: waitsForBreaker(breaker, breaker.title, before, since),
    };
  }

  /** A run that was let through waits for something else, or will not begin at all: another may be the probe. */
  giveBack({ id }: Pick<Run, 'id'>): void {
    for (const [key, asked] of this.asked) {
      if (asked.state === 'halfOpen' && asked.probe === id) {
        this.asked.set(key, { ...asked, probe: undefined });
      }
    }
  }

  /** Writes what asking changed. */
  async write(): Promise<void> {
    for (const [key, breaker] of this.asked) {
      const row = this.rows.get(key)!;
      const unwatched = row.lookAt === undefined && nextLook(breaker);
      if (breaker !== row.breaker || unwatched !== false) {
        await writeBreaker(this.tx, row, breaker);
      }
    }
  }
}
