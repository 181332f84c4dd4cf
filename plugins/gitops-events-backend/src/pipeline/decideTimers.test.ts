import {
  SimulatedMemory,
  Simulation,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { stateKeyText } from '../store/sensorState';
import { storedEvent } from '../sandbox/__testUtils__/activeSensor';
import { decideTimers, stateKeysOfTimers } from './decideTimers';
import { testSensor } from './testSensor';

const MINUTE = 60_000;

/** What a sensor remembers after these events, each timer fired in its time. */
function remembered(
  definition: Sensor,
  events: Array<[dependency: string, minute: number]>,
) {
  const memory = new SimulatedMemory();
  const simulation = new Simulation({
    sensors: [definition],
    memory,
    decided: () => {},
  });
  for (const [dependency, minute] of events) {
    const now = minute * MINUTE;
    simulation.pass(now);
    simulation.arrive(definition, {
      event: { ...storedEvent(`event-${minute}`, {}), acceptedAt: now },
      evaluation: { result: 'matched', dependency, windowKey: 'k' },
      now,
    });
  }
  return memory;
}

describe('decideTimers', () => {
  it('fires what was due meanwhile in the order of time, as though it had never been late', () => {
    const definition = testSensor('gate', {
      dependencies: ['a', 'b'].map(name => ({ name, type: name })),
      condition: 'a && !b',
      window: { join: { within: '10m' } },
      rateLimit: { max: 1, per: '15m', over: 'hold' },
    });
    const sensor = { name: 'gate', revision: 1, definition };
    // The first fires at 10, so the next may at 25. At 21 the `b` is let go, at 22 the second `a` fires: too early.
    const memory = remembered(definition, [
      ['a', 0],
      ['b', 11],
      ['a', 12],
    ]);
    const timers = memory.pending();
    expect(timers.map(({ dueAt }) => dueAt / MINUTE).sort()).toEqual([21, 25]);
    const {
      runs,
      stateWrites,
      timers: left,
    } = decideTimers({
      name: 'gate',
      sensor,
      paused: false,
      timers,
      until: 60 * MINUTE,
      locked: stateKeysOfTimers({ name: 'gate', sensor, timers }),
      state: new Map(
        memory.changes().map(row => [stateKeyText(row), row.value]),
      ),
      now: 60 * MINUTE,
      config: { ingresses: [], boundaries: [], targets: {} },
    });
    expect(runs).toMatchObject([
      { eventUid: 'event-12', state: 'held', reason: { code: 'rateLimited' } },
    ]);
    expect(stateWrites.filter(({ value }) => value !== undefined)).toEqual([]);
    expect(left).toEqual([]);
  });
});
