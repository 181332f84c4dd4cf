const LOOK_MS = 25;

/** How far each thing is that has to go on, such as a partition. Numbers only rise. */
export type Progress = ReadonlyMap<string, number>;

interface Waiter {
  since: Progress;
  /** Whether one of them must have gone on, or each that ever did. */
  which: 'any' | 'each';
  done(): void;
}

/** Measures how long after a death events are decided again, in each partition. */
export class Recovery {
  readonly seconds: number[] = [];
  private readonly waiting = new Set<Waiter>();
  private now: Progress = new Map();
  private stopped = false;
  private looking: Promise<void> | undefined;

  constructor(private readonly read: () => Promise<Progress>) {}

  start(): void {
    this.looking = this.look();
  }

  /** Resolves once events are decided again in each partition. */
  async died(since: number): Promise<void> {
    await this.movesOn('each');
    this.seconds.push((performance.now() - since) / 1000);
  }

  /** Those that have not gone on since somebody began to wait. */
  behind(): string[] {
    const behind = [...this.waiting].flatMap(({ since }) =>
      [...since].filter(([name, was]) => (this.now.get(name) ?? 0) <= was),
    );
    return [...new Set(behind.map(([name]) => name))];
  }

  /** Resolves when an event is decided that was not decided before. */
  nextDecision(): Promise<void> {
    return this.movesOn('any');
  }

  /** Resolves when events are decided again in every partition. */
  everyPartition(): Promise<void> {
    return this.movesOn('each');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking;
  }

  private movesOn(which: Waiter['which']): Promise<void> {
    return new Promise(done =>
      this.waiting.add({ since: this.now, which, done }),
    );
  }

  private async look(): Promise<void> {
    while (!this.stopped) {
      this.now = await this.read().catch(() => this.now);
      for (const waiter of this.waiting) {
        if (hasMoved(waiter, this.now)) {
          this.waiting.delete(waiter);
          waiter.done();
        }
      }
      await new Promise(done => setTimeout(done, LOOK_MS));
    }
  }
}

/** Pure. Where nothing was known yet, anything is news. */
export function hasMoved(
  { since, which }: Pick<Waiter, 'since' | 'which'>,
  now: Progress,
): boolean {
  const risen = (name: string) => (now.get(name) ?? 0) > (since.get(name) ?? 0);
  const known = [...since.keys()];
  if (which === 'any' || known.length === 0) return [...now.keys()].some(risen);
  return known.every(risen);
}
