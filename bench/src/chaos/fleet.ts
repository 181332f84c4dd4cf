import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { ReplicaStart } from './replica';

/** How a replica will end: at the nth passing of a point, or at any moment. */
export type Fault =
  | { at: CrashPoint; nth: number }
  /** Counted from its start, or from when events are decided again. */
  | { at: 'random'; from: 'start' | 'work'; afterMs: number };

/** A replica whose code is loaded; it does nothing yet. */
interface Spare {
  child: ChildProcess;
  fault: Fault | undefined;
}

/** A point that is not passed within this time is not waited for: the other replica may do all the work there. */
const PATIENCE_MS = 6_000;

/**
 * Keeps `slots` replicas alive: each carries the next fault of the plan and is
 * followed by a spare when it has died of it. Once the plan is through, the
 * last ones stay.
 */
export class Fleet {
  readonly deaths: Array<{ at: Fault['at']; time: number }> = [];
  private readonly ports = new Map<number, number>();
  private readonly spares: Spare[] = [];
  private readonly children = new Set<ChildProcess>();
  private stopped = false;

  constructor(
    private readonly options: {
      start: ReplicaStart;
      slots: number;
      plan: Fault[];
      onDeath(at: Fault['at'], time: number): void;
      /** Resolves when the next event is decided. */
      nextDecision(): Promise<void>;
    },
  ) {}

  /** Resolves when every planned fault has happened. */
  async run(): Promise<void> {
    for (let n = 0; n <= this.options.slots; n++) this.addSpare();
    await Promise.all(
      Array.from({ length: this.options.slots }, (_, slot) =>
        this.keepAlive(slot),
      ),
    );
  }

  /** Where to send to now; undefined while nobody is there. */
  port(): number | undefined {
    const ports = [...this.ports.values()];
    return ports[Math.floor(Math.random() * ports.length)];
  }

  stop(): void {
    this.stopped = true;
    for (const child of this.children) child.kill('SIGKILL');
  }

  private async keepAlive(slot: number): Promise<void> {
    while (!this.stopped) {
      const spare = this.spares.shift()!;
      this.addSpare();
      const dead = ended(spare.child);
      this.ports.set(slot, await activate(spare.child, this.options.start));
      if (!spare.fault) return;
      const at = await this.die(spare, spare.fault, dead);
      this.ports.delete(slot);
      if (this.stopped) return;
      this.deaths.push({ at, time: performance.now() });
      this.options.onDeath(at, performance.now());
    }
  }

  /** Waits for the fault, or brings it about. Says which it was in the end. */
  private async die(
    { child }: Spare,
    fault: Fault,
    dead: Promise<void>,
  ): Promise<Fault['at']> {
    const over = dead.then(() => true);
    const within = (ms: number) =>
      Promise.race([over, new Promise<false>(no => setTimeout(no, ms, false))]);
    if (fault.at !== 'random') {
      if (await within(PATIENCE_MS / this.options.slots)) return fault.at;
      // Once more at the end of the plan, then at the first passing.
      if (fault.nth > 1) this.options.plan.push({ at: fault.at, nth: 1 });
    } else {
      if (fault.from === 'work') {
        await Promise.race([over, this.options.nextDecision()]);
      }
      await within(fault.afterMs);
    }
    child.kill('SIGKILL');
    await dead;
    return 'random';
  }

  private addSpare(): void {
    const fault = this.options.plan.shift();
    const child = fork(path.join(__dirname, 'replica.ts'), {
      env: {
        ...process.env,
        ...(fault &&
          fault.at !== 'random' && {
            GITOPS_EVENTS_CRASH_AT: `${fault.at}:${fault.nth}`,
          }),
      },
    });
    this.children.add(child);
    child.on('exit', () => this.children.delete(child));
    this.spares.push({ child, fault });
  }
}

async function activate(
  child: ChildProcess,
  start: ReplicaStart,
): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('message', message => {
      const { port } = message as { port?: number };
      if (port) resolve(port);
    });
    // Killed while it starts is a fault like any other.
    child.on('exit', (code, signal) =>
      signal ? resolve(0) : reject(new Error(`A replica ended with ${code}`)),
    );
    child.send(start);
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(done => child.once('exit', () => done()));
}
