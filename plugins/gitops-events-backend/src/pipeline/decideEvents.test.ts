import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { DedupeMark } from '@gitops-events/plugin-gitops-events-sensors';
import fc from 'fast-check';
import type { SensorEvaluation } from '../sandbox';
import { stateKeyText } from '../store/sensorState';
import type { TimerRow } from '../store/timers';
import type { Decided } from './decided';
import { decideEvents, type DecideEventsInput } from './decideEvents';
import { decideTimers, stateKeysOfTimers } from './decideTimers';
import { testSensor } from './testSensor';

const memoryMs = 50;
const definition = testSensor('promote', {
  dedupe: { key: 'event.subject', for: `${memoryMs}ms` },
});
const input: DecideEventsInput = {
  events: [],
  evaluations: [],
  active: {
    generation: 1,
    sensors: [{ name: 'promote', revision: 1, definition }],
    paused: new Set(),
  },
  state: new Map(),
  now: 1_000,
  config: {
    ingresses: [],
    boundaries: [
      {
        owner: 'group:default/platform',
        ingresses: ['*'],
        actions: ['*'],
        repositories: [],
        environments: [],
        merge: true,
      },
    ],
    targets: {},
  },
  owners: new Map(),
};

interface Arrival {
  key: string;
  at: number;
}

const arrivals = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.nat(300) }), {
    maxLength: 40,
  })
  .map(list => list.sort((a, b) => a.at - b.at));

function eventAt({ at }: Arrival): StoredEvent {
  return { ...incomingEvent(), acceptedAt: at };
}

function matched({ key }: Arrival): SensorEvaluation[] {
  return [
    {
      sensor: 'promote',
      revision: 1,
      evaluation: {
        result: 'matched',
        dependency: 'pushed',
        scope: { title: 't', params: {} },
        dedupeKey: key,
      },
    },
  ];
}

/** Decides in batches, carrying state and timers over as the database does. */
function decideInBatches(list: Arrival[], sizes: number[]) {
  const state = new Map<string, unknown>();
  let timers: TimerRow[] = [];
  const outcomes: string[] = [];
  const keep = (decided: Decided) => {
    for (const { value, ...key } of decided.stateWrites) {
      if (value === undefined) state.delete(stateKeyText(key));
      else state.set(stateKeyText(key), value);
    }
    const replaced = new Set(decided.timers.map(stateKeyText));
    timers = timers
      .filter(timer => !replaced.has(stateKeyText(timer)))
      .concat(decided.timers);
  };
  const pass = (until: number) => {
    const due = timers
      .filter(({ dueAt }) => dueAt <= until)
      .sort((a, b) => a.dueAt - b.dueAt);
    timers = timers.filter(timer => !due.includes(timer));
    const [sensor] = input.active.sensors;
    const fired = { name: 'promote', sensor, timers: due, until };
    const locked = stateKeysOfTimers(fired);
    keep(decideTimers({ ...input, ...fired, paused: false, locked, state }));
  };
  const rest = [...list];
  for (let turn = 0; rest.length > 0; turn++) {
    const batch = rest.splice(0, sizes[turn % sizes.length]);
    pass(batch[0].at);
    const decided = decideEvents({
      ...input,
      events: batch.map(eventAt),
      evaluations: batch.map(matched),
      state,
    });
    keep(decided);
    outcomes.push(...decided.decisions.map(({ outcome }) => outcome));
    expect(decided.runs).toHaveLength(
      decided.decisions.filter(({ outcome }) => outcome === 'fired').length,
    );
  }
  return { outcomes, state, timersLeft: () => timers, pass };
}

/** What dedupe means, said once more and without timers. */
function model(list: Arrival[]): string[] {
  const until = new Map<string, number>();
  return list.map(({ key, at }) => {
    if (at < (until.get(key) ?? -1)) return 'suppressed';
    until.set(key, at + memoryMs);
    return 'fired';
  });
}

describe('decideEvents', () => {
  it('decides the same however the events fall into batches', () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (list, sizes) => {
          expect(decideInBatches(list, sizes).outcomes).toEqual(model(list));
        },
      ),
    );
  });

  it('has a timer for each mark, and nothing left once all have fired', () => {
    fc.assert(
      fc.property(arrivals, list => {
        const { state, timersLeft, pass } = decideInBatches(list, [3]);
        const byName = new Map(
          timersLeft().map(timer => [stateKeyText(timer), timer.dueAt]),
        );
        expect([...byName.keys()].sort()).toEqual([...state.keys()].sort());
        for (const [name, mark] of state) {
          expect(byName.get(name)).toBe((mark as DedupeMark).until);
        }
        pass(Infinity);
        expect(timersLeft()).toEqual([]);
        expect(state.size).toBe(0);
      }),
    );
  });
});
