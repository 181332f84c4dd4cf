import type { Knex } from 'knex';

const LOOK_MS = 25;

/** Measures how long after a waiter events are decided again. */
export class Recovery {
  readonly seconds: number[] = [];
  private readonly waiting = new Set<{ seq: number; done(): void }>();
  private seq = 0;
  private stopped = false;
  private looking: Promise<void> | undefined;

  constructor(private readonly knex: Knex) {}

  start(): void {
    this.looking = this.look();
  }

  died(since: number): void {
    void this.nextDecision().then(() => {
      this.seconds.push((performance.now() - since) / 1000);
    });
  }

  /** Resolves when an event is decided that was not decided before. */
  nextDecision(): Promise<void> {
    return new Promise(done => this.waiting.add({ seq: this.seq, done }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    while (!this.stopped) {
      this.seq = await newestRun(this.knex).catch(() => this.seq);
      for (const waiter of this.waiting) {
        if (this.seq > waiter.seq) {
          this.waiting.delete(waiter);
          waiter.done();
        }
      }
      await new Promise(done => setTimeout(done, LOOK_MS));
    }
  }
}

async function newestRun(knex: Knex): Promise<number> {
  const row = await knex('runs').max({ seq: 'seq' }).first();
  return Number(row?.seq ?? 0);
}
