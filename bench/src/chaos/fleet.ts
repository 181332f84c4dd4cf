import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { ReplicaDoor, ReplicaNews, ReplicaStart } from './replicaMessages';

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

/**
 * Keeps `slots` replicas alive: each carries the next fault of the plan and is
 * followed by a spare when it has died of it. Once the plan is through, the
 * last ones stay.
 */
export class Fleet {
  /** `time` is of this process, `when` in milliseconds since 1970. */
  readonly deaths: Array<{ at: Fault['at']; time: number; when: number }> = [];
  /** Answers that replicas threw away, and calls that they made twice. */
  readonly faults = { lost: 0, doubled: 0 };
  private readonly doors = new Map<number, ReplicaDoor>();
  private readonly spares: Spare[] = [];
  private readonly children = new Set<ChildProcess>();
  private stopped = false;

  constructor(
    private readonly options: {
      start: ReplicaStart;
      slots: number;
      plan: Fault[];
      /** A point that is not passed within this time is not waited for: the other replica may do all the work there. */
      patienceMs: number;
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
  door(): ReplicaDoor | undefined {
    const doors = [...this.doors.values()];
    return doors[Math.floor(Math.random() * doors.length)];
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
      const door = await activate(spare.child, this.options.start);
      if (door) this.doors.set(slot, door);
      if (!spare.fault) return;
      const at = await this.die(spare, spare.fault, dead);
      this.doors.delete(slot);
      if (this.stopped) return;
      this.deaths.push({ at, time: performance.now(), when: Date.now() });
      this.options.onDeath(at, performance.now());
    }
  }

  /** Waits for the fault, or brings it about. Says which it was in the end. */
  private async die(
    { child }: Spare,
    fault: Fault,
    dead: Promise<void>,
  ): Promise<Fault['at']> {
    const { patienceMs, slots } = this.options;
    const over = dead.then(() => true);
    const within = (ms: number) =>
      Promise.race([over, new Promise<false>(no => setTimeout(no, ms, false))]);
    if (fault.at !== 'random') {
      if (await within(patienceMs / slots)) return fault.at;
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
    const child = forkReplica(
      this.options.start,
      fault && fault.at !== 'random' ? `${fault.at}:${fault.nth}` : undefined,
    );
    this.children.add(child);
    child.on('message', (news: ReplicaNews) => {
      if ('fault' in news) this.faults[news.fault] += 1;
    });
    child.on('exit', () => this.children.delete(child));
    this.spares.push({ child, fault });
  }
}

/** Starts one replica and ends it once it works, so that nobody dies while tables are made. */
export async function startOnce(start: ReplicaStart): Promise<void> {
  const child = forkReplica(start);
  const dead = ended(child);
  await activate(child, start);
  child.kill('SIGKILL');
  await dead;
}

const programs = { local: 'spineReplica.ts', github: 'backstageReplica.ts' };

function forkReplica(start: ReplicaStart, crashAt?: string): ChildProcess {
  return fork(path.join(__dirname, programs[start.forge.name]), {
    env: {
      ...process.env,
      ...(crashAt && { GITOPS_EVENTS_CRASH_AT: crashAt }),
    },
  });
}

async function activate(
  child: ChildProcess,
  start: ReplicaStart,
): Promise<ReplicaDoor | undefined> {
  return new Promise((resolve, reject) => {
    child.on('message', (news: ReplicaNews) => {
      if ('door' in news) resolve(news.door);
    });
    // Killed while it starts is a fault like any other.
    child.on('exit', (code, signal) =>
      signal
        ? resolve(undefined)
        : reject(new Error(`A replica ended with ${code}`)),
    );
    child.send(start);
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(done => child.once('exit', () => done()));
}
