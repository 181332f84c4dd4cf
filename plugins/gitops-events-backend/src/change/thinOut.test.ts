import fc from 'fast-check';
import { gitChangeInputSchema } from '@gitops-events/plugin-gitops-events-sensors';
import type { Effect } from '../store/effectRow';
import { ThinnedOut } from './thinOut';

interface Ask {
  key: string;
  /** Paths that it sets; one that ends in `[+]` appends. */
  paths: string[];
  generation?: number;
  confirmed?: boolean;
  revert?: boolean;
}

const effect = (ask: Ask, order: number) =>
  ({
    ...{ generation: 0, confirmed: false, ...ask, changeKey: ask.key },
    ...{ effectId: `e${order}`, runId: `r${order}`, runSeq: order },
    input: {
      ...gitChangeInputSchema.parse({
        repo: 'local:r',
        edits: [
          {
            ...{ kind: 'yaml', file: 'a.yaml' },
            set: Object.fromEntries(ask.paths.map(path => [path, order])),
          },
        ],
      }),
      ...(ask.revert && { edits: [], revert: {} }),
    },
  }) as unknown as Effect;

function thinned(asks: Ask[]): ThinnedOut {
  const all = new ThinnedOut();
  asks.forEach((ask, order) => all.add(effect(ask, order)));
  return all;
}
const names = (some: Array<{ effectId: string }>) =>
  some.map(({ effectId }) => effectId);
const goneWith = (all: ThinnedOut, members: string[]) =>
  names(all.settledBy(members, []).map(one => one.effect));

describe('thinning out what waits', () => {
  it('keeps the newest of values that are set again and again', () => {
    const all = thinned([
      { key: 'a', paths: ['tag'] },
      { key: 'b', paths: ['tag'] },
      { key: 'a', paths: ['tag', 'size'] },
      { key: 'a', paths: ['size', 'tag'] },
    ]);
    expect(names(all.effects)).toEqual(['e1', 'e3']);
    expect(goneWith(all, ['e1', 'e3'])).toEqual(['e0', 'e2']);
    expect(names(all.all).sort()).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  it('keeps what is not set again, and what is added to a list', () => {
    const all = thinned([
      { key: 'a', paths: ['tag', 'size'] },
      { key: 'a', paths: ['tag'] },
      { key: 'a', paths: ['list[+]'] },
      { key: 'a', paths: ['list[+]'] },
    ]);
    expect(names(all.effects)).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  it.each([{ generation: 1 }, { confirmed: true }])(
    'leaves to itself what a person had a hand in: %j',
    how => {
      const plain = { key: 'a', paths: ['tag'] };
      const all = thinned([plain, { ...plain, ...how }, plain]);
      expect(names(all.effects)).toEqual(['e0', 'e1', 'e2']);
    },
  );

  it('lets no newer value take the place of a revert', () => {
    const all = thinned([
      { key: 'a', paths: ['tag'], revert: true },
      { key: 'a', paths: ['tag'] },
      { key: 'a', paths: ['tag'] },
    ]);
    expect(names(all.effects)).toEqual(['e0', 'e2']);
  });

  it('lets what lies behind a held value leave for the same reason', () => {
    const all = thinned([
      { key: 'a', paths: ['tag'] },
      { key: 'a', paths: ['tag'] },
      { key: 'b', paths: ['tag'] },
    ]);
    const [newest] = all.effects;
    const reason = { code: 'reverted', message: 'Taken back.' };
    const outcome = { outcome: 'held', reason } as const;
    expect(all.with([{ effect: newest, outcome }])).toEqual([
      { effect: { effectId: 'e0', runId: 'r0' }, outcome },
    ]);
  });

  it('lets what lies behind a refused value count again', () => {
    const all = thinned([
      { key: 'a', paths: ['tag'] },
      { key: 'a', paths: ['tag'] },
    ]);
    const reason = { code: 'denied', message: 'No.' };
    const told = (outcome: 'held' | 'superseded') =>
      all.settledBy(
        [],
        [{ effect: all.effects[0], outcome: { outcome, reason } }],
      );
    expect(told('held')).toEqual([]);
    expect(told('superseded')).toMatchObject([
      { effect: { effectId: 'e0', runId: 'r0' } },
    ]);
  });

  it('changes nothing of what is set in the end, and loses nobody', () => {
    const ask = fc.record({
      key: fc.constantFrom('a', 'b'),
      paths: fc.uniqueArray(fc.constantFrom('x', 'y', 'list[+]'), {
        minLength: 1,
      }),
      generation: fc.constantFrom(0, 0, 0, 1),
    });
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 30 }), asks => {
        const all = thinned(asks);
        const every = asks.map((one, order) => effect(one, order));
        expect(result(all.effects)).toEqual(result(every));
        expect(names(all.all).sort()).toEqual(names(every).sort());
        expect(
          [...names(all.effects), ...goneWith(all, names(all.effects))].sort(),
        ).toEqual(names(every).sort());
      }),
    );
  });
});

/** What one after the other leaves in the files of each key. */
function result(effects: Effect[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { changeKey, input } of effects) {
    const [edit] = input.edits as unknown as Array<{
      set: Record<string, number>;
    }>;
    for (const [path, value] of Object.entries(edit.set)) {
      const name = `${changeKey} ${path}`;
      values[name] = path.endsWith('[+]')
        ? [...((values[name] as number[]) ?? []), value]
        : value;
    }
  }
  return values;
}
