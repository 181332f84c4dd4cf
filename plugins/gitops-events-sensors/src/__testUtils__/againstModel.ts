import fc from 'fast-check';
import type { Decision, StateRef, Timer } from '../decision';
import type { Evaluation } from '../evaluate';
import type { Sensor } from '../schema';
import { model } from './referenceModel';
import { endOf, sensorOfStream, type Arrival, type Stream } from './streams';

/** The module under test; a copy with a bug in it has the same shape. */
export type Engine = Pick<
  typeof import('../decide'),
  'decide' | 'fireTimer' | 'stateRefsOf' | 'stateRefsOfTimer'
>;

/** What happens to the engine before an event is decided. */
export interface Meanwhile {
  /** Timers fire as soon as they may; else only at the end. */
  timers: boolean;
  /** The process ends before it could write what it decided. */
  crash: boolean;
}

export const meanwhiles: fc.Arbitrary<Meanwhile[]> = fc.array(
  fc.record({ timers: fc.boolean(), crash: fc.boolean() }),
  { size: '+1' },
);

/** What became of each event, as the model says it. */
export type Fates = Record<string, string>;

const tick = 60_000;

export function fatesByModel({ arrivals, condition, ...rest }: Stream): Fates {
  const { spec } = sensorOfStream({ ...rest, condition });
  return model(spec, condition, arrivals, endOf(arrivals));
}

/** An engine at work: all that it keeps between two steps is text. */
class EngineRun {
  readonly fates: Fates = {};
  private readonly memory = new Map<string, string>();
  private readonly timers = new Map<string, Timer>();
  private sensor: Sensor;

  constructor(
    private readonly engine: Engine,
    private readonly stream: Stream,
  ) {
    this.sensor = sensorOfStream(stream);
  }

  arrive(event: Arrival, crash: boolean): void {
    const evaluation = evaluationOf(event, this.sensor);
    const known = this.engine.stateRefsOf(this.sensor, evaluation);
    this.step(crash, () =>
      this.engine.decide({
        sensor: this.sensor,
        evaluation,
        event: {
          uid: event.uid,
          acceptedAt: event.at * tick,
          depth: event.odd === 'loop' ? 8 : 0,
        },
        recall: this.recallOf(known),
        paused: false,
        now: event.decidedAt * tick,
      }),
    );
  }

  fireTimers(until: number, crash: boolean): void {
    for (let turn = 0; ; turn++) {
      if (turn > 2_000) throw new Error('Timers never come to an end.');
      const [next] = [...this.timers.values()]
        .filter(({ dueAt }) => dueAt <= until)
        .sort((one, other) => one.dueAt - other.dueAt);
      if (!next) return;
      const known = this.engine.stateRefsOfTimer(this.sensor, next);
      this.step(crash, () =>
        this.engine.fireTimer({
          sensor: this.sensor,
          timer: next,
          recall: this.recallOf(known),
          paused: false,
        }),
      );
      if (this.timers.get(textOf(next)) === next) {
        this.timers.delete(textOf(next));
      }
    }
  }

  private step(crash: boolean, decide: () => Decision): void {
    if (crash) {
      decide();
      this.sensor = sensorOfStream(this.stream);
    }
    this.take(decide());
  }

  private recallOf(known: StateRef[]) {
    return (ref: StateRef): unknown => {
      if (!known.some(one => textOf(one) === textOf(ref))) {
        throw new Error(`${textOf(ref)} is asked for, and not locked.`);
      }
      const value = this.memory.get(textOf(ref));
      return value === undefined ? undefined : JSON.parse(value);
    };
  }

  private take({ said, firings, stateWrites, timers }: Decision): void {
    for (const { value, ...ref } of stateWrites) {
      if (value === undefined) this.memory.delete(textOf(ref));
      else this.memory.set(textOf(ref), JSON.stringify(value));
    }
    for (const timer of timers) this.timers.set(textOf(timer), timer);
    for (const { eventUid: uid, outcome, reason, firing } of said) {
      if (outcome === 'waiting') continue;
      const fate = firing === undefined ? reason.code : fateOf(firings[firing]);
      this.fates[uid] =
        uid in this.fates ? `${this.fates[uid]}, ${fate}` : fate;
    }
  }
}

export function fatesByEngine(
  engine: Engine,
  stream: Stream,
  meanwhile: readonly Meanwhile[] = [],
): Fates {
  const { arrivals } = stream;
  const run = new EngineRun(engine, stream);
  arrivals.forEach((event, n) => {
    const { timers = true, crash = false } = meanwhile[n] ?? {};
    // A timer waits for all that was accepted before it is due.
    const undecided = arrivals.slice(n).map(({ at }) => at);
    if (timers) run.fireTimers(Math.min(...undecided) * tick, crash);
    run.arrive(event, crash);
  });
  run.fireTimers(endOf(arrivals) * tick, false);
  return run.fates;
}

function fateOf({ events, held, delayed }: Decision['firings'][number]) {
  const all = events.map(({ uid }) => uid).join('+');
  if (held) return `${all} held`;
  return `${all} ${delayed ? `at ${delayed.until / tick}` : 'at once'}`;
}

function evaluationOf(
  { dependency, key, same, odd }: Arrival,
  { spec }: Sensor,
): Evaluation {
  const reason = { code: 'notMatched', message: '' };
  if (odd === 'notMatched') return { result: 'notMatched', reason };
  if (odd === 'broken') return { result: 'error', reason };
  return {
    result: 'matched',
    dependency,
    ...(spec.dedupe && { dedupeKey: same }),
    windowKey: key,
    rateKey: key,
  };
}

function textOf({ kind, key }: StateRef): string {
  return `${kind} ${key}`;
}
