import fc from 'fast-check';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { evaluateBatch, type BatchOptions } from './evaluateBatch';
import type { ActiveSensor, EvaluateTask } from './messages';
import { RestingSensors } from './RestingSensors';

const sensors = 3;
const active = Array.from(
  { length: sensors },
  (_, place) => ({ name: `s${place}`, revision: 1 }) as ActiveSensor,
);
const matched = { result: 'matched' as const } as never;

/**
 * A thread that dies at some places each time, at others once, and at the
 * payload of some events: of some always, of some when others came before them
 * in the message, of some whenever a sensor is to be asked about them.
 */
function fakeThread(
  bombs: ReadonlySet<string>,
  flukes: Set<string>,
  unreadable: ReadonlySet<string>,
  crowded: ReadonlySet<string> = new Set(),
  stubborn: ReadonlySet<string> = new Set(),
): BatchOptions['attempt'] {
  return async ({ events, only, skip, resting, unreadable: known }) => {
    const result = [];
    for (const [at, { uid }] of events.entries()) {
      if (known.has(at)) {
        result.push(active.map((_, place) => [place, undefined]));
        continue;
      }
      const death = (sensor: number) => ({
        death: { cause: 'deadline' as const, event: at, sensor },
      });
      if (unreadable.has(uid) || flukes.delete(uid)) return death(-1);
      if (crowded.has(uid) && at > 0) return death(-1);
      if (stubborn.has(uid) && only === undefined) return death(-1);
      const list = [];
      for (const place of active.keys()) {
        const told =
          at >= (resting.get(place) ?? Infinity) ||
          skip.get(at)?.has(place) ||
          (only !== undefined && only !== place);
        const name = `${uid} s${place}`;
        if (!told && (bombs.has(name) || flukes.delete(name))) {
          return death(place);
        }
        list.push([place, told ? undefined : matched]);
      }
      result.push(list);
    }
    return { result: result as never };
  };
}

const eventOf = (uid: string, bytes = 0) =>
  ({ uid, data: new Uint8Array(bytes) }) as StoredEvent;
/** Resting is another matter. */
const never = {
  add: () => {},
  has: () => false,
  placesIn: () => new Set(),
} as never;
const options = {
  active,
  limits: { expressionMs: 250, expressionHeapMb: 128 },
};

describe('evaluateBatch', () => {
  const uids = ['e0', 'e1', 'e2', 'e3'];
  const places = uids.flatMap(uid =>
    active.map(({ name }) => `${uid} ${name}`),
  );
  const some = (of: string[]) => fc.subarray(of);

  it('blames each death on its cause alone, and answers for all', async () => {
    await fc.assert(
      fc.asyncProperty(
        some(places),
        some(places),
        some(uids),
        async (bombs, flukes, unreadable) => {
          const answers = await evaluateBatch({
            ...options,
            events: uids.map(uid => eventOf(uid)),
            resting: never,
            attempt: fakeThread(
              new Set(bombs),
              new Set(flukes),
              new Set(unreadable),
            ),
          });
          const blamed = answers.flatMap((list, at) =>
            list
              .filter(({ evaluation }) => evaluation.result === 'error')
              .map(({ sensor }) => `${uids[at]} ${sensor}`),
          );
          expect(answers.map(list => list.length)).toEqual(
            uids.map(() => sensors),
          );
          expect(blamed).toEqual(
            places.filter(
              place =>
                bombs.includes(place) || unreadable.includes(place.slice(0, 2)),
            ),
          );
        },
      ),
    );
  });

  it('comes to an end, whatever the thread dies of outside of any expression', async () => {
    await fc.assert(
      fc.asyncProperty(
        some(places),
        some(uids),
        some(uids),
        some(uids),
        async (bombs, once, crowded, stubborn) => {
          let attempts = 0;
          const thread = fakeThread(
            new Set(bombs),
            new Set(once),
            new Set(),
            new Set(crowded),
            new Set(stubborn),
          );
          const answers = await evaluateBatch({
            ...options,
            events: uids.map(uid => eventOf(uid)),
            resting: never,
            attempt: task => {
              attempts += 1;
              if (attempts > 500) throw new Error('it is tried for ever');
              return thread(task);
            },
          });
          const held = answers.map(list =>
            list.every(
              ({ evaluation }) =>
                evaluation.result === 'error' &&
                evaluation.reason.message.startsWith('This event took longer'),
            ),
          );
          expect(held).toEqual(uids.map(uid => stubborn.includes(uid)));
          const fine = answers.flatMap((list, at) =>
            list.flatMap(({ sensor, evaluation }) =>
              evaluation === matched ? `${uids[at]} ${sensor}` : [],
            ),
          );
          expect(fine).toEqual(
            places.filter(
              place =>
                !bombs.includes(place) && !stubborn.includes(place.slice(0, 2)),
            ),
          );
        },
      ),
    );
  });

  it('does not send the payload again that cannot be read', async () => {
    const thread = fakeThread(new Set(), new Set(), new Set());
    const answers = await evaluateBatch({
      ...options,
      events: uids.map(uid => eventOf(uid, uid === 'e1' ? 9 : 1)),
      resting: new RestingSensors(),
      // The message itself is too much.
      attempt: async task =>
        task.events.some(({ data }) => data?.byteLength === 9)
          ? { death: { cause: 'memory', event: -1, sensor: -1 } }
          : thread(task),
    });
    expect(answers.map(([{ evaluation }]) => evaluation.result)).toEqual([
      'matched',
      'error',
      'matched',
      'matched',
    ]);
  });

  it('asks a sensor no more that overran three times', async () => {
    const bombs = ['e0 s1', 'e2 s1', 'e3 s1', 'e4 s1'];
    let attempts = 0;
    const thread = fakeThread(new Set(bombs), new Set(), new Set());
    const answers = await evaluateBatch({
      ...options,
      events: [...uids, 'e4'].map(uid => eventOf(uid)),
      resting: new RestingSensors(() => 0),
      attempt: task => {
        attempts += 1;
        return thread(task);
      },
    });
    // Twice for each of three overruns, and once for the rest.
    expect(attempts).toBe(7);
    expect(answers[1][1].evaluation).toBe(matched);
    expect(answers[4][1].evaluation).toMatchObject({
      result: 'error',
      reason: { message: expect.stringContaining('rests for a minute') },
    });
    expect(answers[4][2].evaluation).toBe(matched);
  });

  it('sends no more at once than the thread can hold', async () => {
    const sizes: number[] = [];
    const attempt = async ({ events }: EvaluateTask) => {
      sizes.push(events.length);
      return { result: events.map(() => []) };
    };
    const mebibyte = 1024 * 1024;
    const events = [
      ...Array.from({ length: 5 }, (_, at) => eventOf(`l${at}`, mebibyte)),
      eventOf('huge', 9 * mebibyte),
      ...Array.from({ length: 600 }, (_, at) => eventOf(`s${at}`)),
    ];
    const resting = new RestingSensors();
    const answers = await evaluateBatch({
      ...options,
      events,
      resting,
      attempt,
    });
    expect(sizes).toEqual([4, 1, 1, 500, 100]);
    expect(answers).toHaveLength(606);
  });

  it('halves a batch that dies outside of any event', async () => {
    const thread = fakeThread(new Set(), new Set(), new Set());
    const answers = await evaluateBatch({
      ...options,
      events: uids.map(uid => eventOf(uid)),
      resting: new RestingSensors(),
      attempt: async task => {
        const tooMuch = task.events.length > 1 || task.events[0].uid === 'e2';
        return tooMuch && task.unreadable.size === 0
          ? { death: { cause: 'memory', event: -1, sensor: -1 } }
          : thread(task);
      },
    });
    expect(answers.map(([{ evaluation }]) => evaluation.result)).toEqual([
      'matched',
      'matched',
      'error',
      'matched',
    ]);
  });
});
