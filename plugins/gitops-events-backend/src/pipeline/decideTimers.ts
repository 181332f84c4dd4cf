import {
  fireTimer,
  stateRefsOfTimer,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveSensor } from '../sandbox';
import type { StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';
import { Sayings, type Decided } from './decided';
import { DecideMemory } from './decideMemory';
import { windowRun, type RunConfig } from './newRun';

/** Timers of one sensor that are due. */
export interface DecideTimersInput {
  name: string;
  /** Undefined when it is no longer active. */
  sensor: ActiveSensor | undefined;
  paused: boolean;
  timers: TimerRow[];
  /** What they set anew and is due by then, fires too. */
  until: number;
  /** Keys of its state under lock, of timers that are no longer due as well. */
  locked: StateKey[];
  /** What the sensor remembers, by `stateKeyText`. */
  state: ReadonlyMap<string, unknown>;
  /** Milliseconds since the epoch. */
  now: number;
  config: RunConfig;
}

/**
 * Decides what is due, in the order of time: what a window closes next comes
 * before its limit forgets. Pure: the same input always gives the same answer.
 */
export function decideTimers(input: DecideTimersInput): Decided {
  const { name, sensor, paused, locked, state } = input;
  const memory = new DecideMemory(locked, state);
  const sayings = new Sayings();
  let open = input.timers;
  while (open.length > 0) {
    const [timer, ...others] = [...open].sort((a, b) => a.dueAt - b.dueAt);
    const decision = fireTimer({
      sensor: sensor?.definition,
      timer,
      recall: memory.of(name),
      paused,
    });
    memory.take(name, decision);
    const isReplaced = ({ kind, key }: TimerRow) =>
      decision.timers.some(one => one.kind === kind && one.key === key);
    open = [
      ...others.filter(one => !isReplaced(one)),
      ...memory.takeDue(input.until),
    ];
    const runs = decision.firings.map(firing =>
      windowRun({ ...input, firing, sensor: sensor!, owners: new Map() }),
    );
    sayings.take({ name, revision: sensor?.revision ?? 0 }, decision, runs);
  }
  return { decisions: sayings.all(), runs: sayings.runs, ...memory.written() };
}

/** What the sensor may ask for while these timers fire. */
export function stateKeysOfTimers({
  name,
  sensor,
  timers,
}: Pick<DecideTimersInput, 'name' | 'sensor' | 'timers'>): StateKey[] {
  return timers.flatMap(timer =>
    stateRefsOfTimer(sensor?.definition, timer).map(ref => ({
      sensor: name,
      ...ref,
    })),
  );
}
