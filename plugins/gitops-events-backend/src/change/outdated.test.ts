import fc from 'fast-check';
import type { Effect } from '../store/effectRow';
import { sortOutdated } from './outdated';
import { newestOf } from './valueAge';

type Age = Pick<Effect, 'generation' | 'runSeq' | 'asOf'>;

const effect = (age: Age, more: Partial<Effect> = {}) =>
  ({
    changeKey: 'key',
    confirmed: false,
    input: {},
    ...age,
    ...more,
  }) as Effect;
/** What comes of one effect, where these were written. */
const outcome = (one: Effect, ...written: Age[]) => {
  const newest = new Map([['key', newestOf(written)]]);
  const { outdated } = sortOutdated([one], newest);
  const [leaver] = outdated;
  return leaver ? leaver.outcome.outcome : 'current';
};

const live = (runSeq: number, asOf = runSeq): Age => ({
  generation: 0,
  runSeq,
  asOf,
});
/** Runs of a replay are made long after their events. */
const replayed = (runSeq: number, asOf: number, generation = 7): Age => ({
  generation,
  runSeq,
  asOf,
});

describe('which value of a change key is outdated', () => {
  it.each([
    [
      'a live one after a newer live one',
      effect(live(1)),
      live(2),
      'superseded',
    ],
    [
      'one that a person confirmed',
      effect(live(1), { confirmed: true }),
      live(2),
      'current',
    ],
    [
      'a late live one after the replay of an older event',
      effect(live(2)),
      replayed(9, 1),
      'current',
    ],
    [
      'a live one after the replay of a newer event',
      effect(live(1)),
      replayed(9, 2),
      'superseded',
    ],
    [
      'a replay after a newer live one',
      effect(replayed(9, 1)),
      live(2),
      'held',
    ],
    [
      'a replay after the live run of its own event',
      effect(replayed(9, 2)),
      live(2),
      'current',
    ],
    [
      'a replay after an older live one',
      effect(replayed(9, 3)),
      live(2),
      'current',
    ],
    [
      'an earlier run of the same replay',
      effect(replayed(8, 1)),
      replayed(9, 2),
      'superseded',
    ],
    [
      'a replay after another one of a newer event',
      effect(replayed(9, 1)),
      replayed(8, 2, 6),
      'held',
    ],
    // It counts as new as what the person saw, and no newer.
    [
      'a confirmed replay after what came since',
      effect(replayed(9, 2), { confirmed: true }),
      live(3),
      'held',
    ],
    // It asks the files themselves, not when they were written.
    [
      'a revert after a newer live one',
      effect(live(1), { input: { revert: {} } as Effect['input'] }),
      live(2),
      'current',
    ],
  ])('%s', (_, one, written, expected) => {
    expect(outcome(one, written)).toBe(expected);
  });

  it('lets the newest of each key through, asks about replays, and never lets one replace the other unseen', () => {
    const age = fc.record({
      generation: fc.constantFrom(0, 0, 6, 7),
      runSeq: fc.integer({ min: 1, max: 50 }),
      asOf: fc.integer({ min: 1, max: 20 }),
    });
    const some = fc.uniqueArray(age, {
      selector: ({ runSeq }) => runSeq,
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(some, some, (asked, written) => {
        const effects = asked.map(one => effect(one));
        const newest = new Map([['key', newestOf(written)]]);
        const { current, outdated } = sortOutdated(effects, newest);
        expect(current.length + outdated.length).toBe(effects.length);
        // What is live ends for what is written alone.
        const against = ({ generation }: Age) =>
          generation === 0 ? written : [...asked, ...written];
        for (const one of current) {
          const others = against(one).filter(
            ({ generation }) => generation !== one.generation,
          );
          expect(others.every(({ asOf }) => asOf <= one.asOf)).toBe(true);
        }
        for (const { effect: one, outcome: said } of outdated) {
          const newer = against(one).filter(other =>
            other.generation === one.generation
              ? other.runSeq > one.runSeq
              : other.asOf > one.asOf,
          );
          expect(newer).not.toEqual([]);
          const ofOthers = newer.some(
            ({ generation }) => generation !== one.generation,
          );
          const mayAsk = one.generation > 0 && ofOthers;
          expect(mayAsk || said.outcome === 'superseded').toBe(true);
        }
      }),
    );
  });
});
