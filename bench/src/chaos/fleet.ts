import type { ChildProcess } from 'node:child_process';
import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type {
  ReplicaDoor,
  ReplicaNews,
  ReplicaOrder,
  ReplicaStart,
} from './replicaMessages';
import type { OwnClock } from './ownClocks';
import { activate, ended, forkReplica, order } from './replicaProcess';
import { Turns } from './turns';

/** How a replica will end: at the nth passing of a point, or at any moment. */
export type Fault =
  | { at: CrashPoint; nth: number }
  /** Counted from its start, or from when events are decided again. */
  | { at: 'random'; from: 'start' | 'work'; afterMs: number };

/** A measurement is over by then; the next death need not wait longer. */
const RECOVERY_MS = 20_000;

/** Of ours; more than this many are no consequence of what was done to them. */
const MOST_OWN_ENDS = 20;

/**
 * Keeps `slots` replicas alive: each is followed by a spare, whose code is
 * loaded, when it has died of the next fault of the plan. Once the plan is
 * through, the last ones stay, and what ends by itself is followed as well.
 */
export class Fleet {
  /** `time` is of this process, `when` in milliseconds since 1970. */
  readonly deaths: Array<{ at: Fault['at']; time: number; when: number }> = [];
  /** Answers that replicas threw away, and calls that they made twice. */
  readonly faults = { lost: 0, doubled: 0 };
  /** How often a replica ended by itself. */
  ownEnds = 0;
  private readonly doors = new Map<number, ReplicaDoor>();
  private readonly spares: ChildProcess[] = [];
  private readonly children = new Set<ChildProcess>();
  private readonly serving = new Map<number, ChildProcess>();
  private readonly clocks = new Map<ChildProcess, OwnClock>();
  private readonly turns: Turns;
  private stopped = false;
  private resting: Promise<void> | undefined;

  constructor(
    private readonly options: {
      /** The file of their process, in this folder. */
      program: string;
      start(slot: number): ReplicaStart;
      slots: number;
      /** A file for what they complain about; undefined: with ours. */
      complaints?: number;
      /** Where each has a clock of its own, one of them. */
      clock?(): OwnClock;
      /** How many may be dying, or not up again, at a time; undefined: all, from their start on. */
      dying?: number;
      plan: Fault[];
      /** How often they may end by themselves before that is an error. Default 20. */
      mostOwnEnds?: number;
      /** A point that is not passed within this time is not waited for: the other replica may do all the work there. */
      patienceMs: number;
      /** Resolves once others, or the next, do its work again. */
      onDeath(at: Fault['at'], time: number): Promise<void>;
      /** Resolves when the next event is decided. */
      nextDecision(): Promise<void>;
    },
  ) {
    this.turns = new Turns(options.dying ?? options.slots);
  }

  /** Resolves when every planned fault has happened. */
  async run(): Promise<void> {
    const { slots } = this.options;
    for (let n = 0; n <= slots; n++) this.addSpare();
    await Promise.all(
      Array.from(
        { length: slots },
        (_, slot) =>
          new Promise<void>((through, failed) => {
            this.keepAlive(slot, through).catch(error => {
              // After the plan nobody waits for it any more.
              console.error(error);
              failed(error);
            });
          }),
      ),
    );
  }

  /** How many have started and live. */
  get up(): number {
    return this.doors.size;
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

  /** Sends a signal to the replica of a slot. */
  signal(slot: number, signal: NodeJS.Signals): void {
    this.serving.get(slot)?.kill(signal);
  }

  /** Sets the clock of the replica of a slot off, by milliseconds. */
  setClock(slot: number, ms: number): void {
    this.clocks.get(this.serving.get(slot)!)?.set(ms);
  }

  /** What the replica of a slot takes for the time, in milliseconds since the epoch; undefined where it ends over it. */
  readClock(slot: number): Promise<number | undefined> {
    const child = this.serving.get(slot)!;
    let answer: (time?: number) => void = () => {};
    const told = new Promise<number | undefined>(done => {
      answer = done;
    });
    const listen = (news: ReplicaNews) => {
      if ('time' in news) answer(news.time);
    };
    const gone = () => answer();
    child.on('message', listen).on('exit', gone);
    if (child.exitCode !== null || child.signalCode !== null) gone();
    else order(child, { tellTime: true });
    return told.finally(() => child.off('message', listen).off('exit', gone));
  }

  /** Ends all there are; none is followed by the next until the rest is over. */
  rest(): () => void {
    let over = () => {};
    this.resting = new Promise(done => {
      over = done;
    });
    for (const child of this.serving.values()) child.kill('SIGKILL');
    return over;
  }

  /** Tells every replica that serves. */
  tell(what: ReplicaOrder): void {
    for (const child of this.serving.values()) order(child, what);
  }

  private async keepAlive(slot: number, through: () => void): Promise<void> {
    let hasTurn = false;
    let recovered = Promise.resolve();
    while (!this.stopped) {
      const child = this.spares.shift()!;
      this.addSpare();
      const dead = ended(child);
      this.serving.set(slot, child);
      let fault = this.options.dying ? undefined : this.arm(child);
      const door = await activate(child, this.options.start(slot));
      if (door) this.doors.set(slot, door);
      if (hasTurn) {
        await Promise.race([recovered, pause(RECOVERY_MS)]);
        this.turns.giveBack();
        hasTurn = false;
      }
      if (this.options.dying && this.options.plan.length > 0) {
        hasTurn = await this.turns.take(dead);
        if (hasTurn) fault = this.arm(child);
      }
      if (hasTurn && !fault) {
        // The plan was through before its turn came; others wait for theirs.
        this.turns.giveBack();
        hasTurn = false;
      }
      if (!fault && this.options.plan.length === 0) through();
      const at = fault && (await this.die(child, fault, dead));
      await dead;
      this.doors.delete(slot);
      if (this.stopped) return;
      if (this.resting) {
        await this.resting;
        this.resting = undefined;
      } else if (at && child.signalCode === 'SIGKILL') {
        this.deaths.push({ at, time: performance.now(), when: Date.now() });
        recovered = this.options.onDeath(at, performance.now());
      } else {
        // Who was dead already was not killed.
        if (fault) this.options.plan.push(fault);
        await this.endedByItself(child);
      }
    }
  }

  private arm(child: ChildProcess): Fault | undefined {
    const fault = this.options.plan.shift();
    if (fault && fault.at !== 'random') order(child, { crashAt: fault });
    return fault;
  }

  private async endedByItself(child: ChildProcess): Promise<void> {
    this.ownEnds += 1;
    if (this.ownEnds > (this.options.mostOwnEnds ?? MOST_OWN_ENDS)) {
      throw new Error(
        `Replicas end by themselves, with ${child.exitCode ?? child.signalCode}`,
      );
    }
    await pause(500);
  }

  /** Waits for the fault, or brings it about. Says which it was in the end. */
  private async die(
    child: ChildProcess,
    fault: Fault,
    dead: Promise<void>,
  ): Promise<Fault['at']> {
    const { patienceMs, slots } = this.options;
    const over = dead.then(() => true);
    const within = (ms: number) =>
      Promise.race([over, pause(ms).then(() => false)]);
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
    const { program, complaints } = this.options;
    const clock = this.options.clock?.();
    const child = forkReplica(program, complaints, clock?.env);
    if (clock) this.clocks.set(child, clock);
    this.children.add(child);
    child.on('message', (news: ReplicaNews) => {
      if ('fault' in news) this.faults[news.fault] += 1;
    });
    child.on('exit', () => {
      this.children.delete(child);
      this.clocks.delete(child);
    });
    this.spares.push(child);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
