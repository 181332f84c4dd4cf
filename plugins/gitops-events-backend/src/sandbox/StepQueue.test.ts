import fc from 'fast-check';
import { activeSensor, storedEvent } from './__testUtils__/activeSensor';
import type { RenderedStep, StepToRender } from './messages';
import { RestingSensors } from './RestingSensors';
import { StepQueue } from './StepQueue';
import type { Death } from './Thread';

const sensor = activeSensor('rendered');
const stepOf = (uid: string): StepToRender => ({
  sensor,
  stepId: 'wait',
  firing: [{ dependency: 'it', event: storedEvent(uid, {}) }],
  scope: { params: {}, run: {}, steps: {} },
});
const uidOf = ({ firing }: StepToRender) => firing[0].event.uid;
const inputOf = (uid: string): RenderedStep => ({ input: { uid } });
const never = { has: () => false, add: () => {} } as never;

/** A thread that dies at some steps each time, at others once, and answers so many at a time. */
function fakeThread(
  bombs: ReadonlySet<string>,
  flukes: Set<string>,
  atOnce: number,
) {
  return async (
    steps: StepToRender[],
  ): Promise<{ result: RenderedStep[] } | { death: Death }> => {
    const uids = steps.slice(0, atOnce).map(uidOf);
    const event = uids.findIndex(uid => bombs.has(uid) || flukes.delete(uid));
    return event < 0
      ? { result: uids.map(inputOf) }
      : { death: { cause: 'deadline', event, sensor: -1 } };
  };
}

const limits = { expressionMs: 250, expressionHeapMb: 128 };
const uids = ['e0', 'e1', 'e2', 'e3', 'e4', 'e5'];

describe('StepQueue', () => {
  it('blames each death on its cause alone, and answers for all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(uids),
        fc.subarray(uids),
        fc.integer({ min: 1, max: 6 }),
        async (bombs, flukes, atOnce) => {
          const attempt = fakeThread(new Set(bombs), new Set(flukes), atOnce);
          const queue = new StepQueue({ attempt, resting: never, limits });
          const told = await Promise.all(
            uids.map(uid => queue.submit(stepOf(uid))),
          );
          const codes = told.map(answer =>
            'reason' in answer ? answer.reason.code : answer,
          );
          const expected = uids.map(uid =>
            bombs.includes(uid) ? 'deadline' : inputOf(uid),
          );
          expect(codes).toEqual(expected);
        },
      ),
    );
  });

  it('answers each step as soon as it is known', async () => {
    let letGo = () => {};
    const closed = new Promise<void>(done => {
      letGo = done;
    });
    const queue = new StepQueue({
      attempt: async ([first]) => {
        if (uidOf(first) === 'e1') await closed;
        return { result: [inputOf(uidOf(first))] };
      },
      resting: never,
      limits,
    });
    const [first, second] = [stepOf('e0'), stepOf('e1')].map(step =>
      queue.submit(step),
    );
    expect(await first).toEqual(inputOf('e0'));
    letGo();
    expect(await second).toEqual(inputOf('e1'));
  });

  it('asks for no step that nobody waits for', async () => {
    const asked: string[] = [];
    const abort = new AbortController();
    const queue = new StepQueue({
      attempt: async ([first]) => {
        asked.push(uidOf(first));
        abort.abort();
        return { result: [inputOf(uidOf(first))] };
      },
      resting: never,
      limits,
    });
    const told = await Promise.allSettled([
      queue.submit(stepOf('e0')),
      queue.submit(stepOf('e1'), abort.signal),
      queue.submit(stepOf('e2')),
    ]);
    expect(told.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(asked).toEqual(['e0', 'e2']);
  });

  it('lets a sensor rest after three overruns, and answers what waits', async () => {
    let asked = 0;
    const queue = new StepQueue({
      attempt: async () => {
        asked += 1;
        return { death: { cause: 'memory', event: 0, sensor: -1 } };
      },
      resting: new RestingSensors(() => 0),
      limits,
    });
    const told = await Promise.all(
      Array.from({ length: 50 }, (_, n) => queue.submit(stepOf(`${n}`))),
    );
    expect(asked).toBe(6);
    const codes = told.map(answer => 'reason' in answer && answer.reason.code);
    expect(codes.slice(0, 3)).toEqual(['memory', 'memory', 'memory']);
    expect(new Set(codes.slice(3))).toEqual(new Set(['deadline']));
  });

  it('goes on after a failure of ours', async () => {
    let failed = false;
    const queue = new StepQueue({
      attempt: async ([first]) => {
        if (failed) return { result: [inputOf(uidOf(first))] };
        failed = true;
        throw new Error('ours');
      },
      resting: never,
      limits,
    });
    await expect(queue.submit(stepOf('e0'))).rejects.toThrow('ours');
    expect(await queue.submit(stepOf('e1'))).toEqual(inputOf('e1'));
  });
});
