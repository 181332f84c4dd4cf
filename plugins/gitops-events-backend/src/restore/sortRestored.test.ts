import { effectTrailers, carriedBy, shortened } from '../change/carriedEffects';
import type { Effect } from '../store/effectRow';
import type { RestoredEffect } from '../store/restoredEffects';
import { changesIn, foundIn } from './foundIn';
import { sortRestored } from './sortRestored';

const id = (letter: string) => letter.repeat(64);
const effect = (letter: string, asOf: number, more: object = {}) =>
  ({
    ...{ effectId: id(letter), changeKey: 'shop', asOf, generation: 0 },
    ...{ confirmed: false, input: {}, ...more },
  }) as Effect;
const commitOf = (
  changeId: string,
  members: Effect[],
  count = members.length,
) =>
  [
    ...['Change', '', `GitOps-Change: ${changeId.repeat(32)}`],
    `GitOps-Members: ${count} digest`,
    ...effectTrailers(members),
  ].join('\n');
const inGit = (letter: string, asOf: number, more: object = {}) =>
  ({
    ...{ ...shortened(effect(letter, asOf)), asOf, commit: 'c0ffee' },
    ...more,
  }) as RestoredEffect;
const unknown = { effect: '', changeKey: '', asOf: 100, commit: 'c0ffee' };
const told = (one: Effect, known: RestoredEffect[]) =>
  sortRestored([one], known).left[0]?.outcome;

describe('what a commit carries', () => {
  const members = Array.from({ length: 23 }, (_, n) =>
    effect('abcdef'[n % 6], 1_800_000_000_000 + n),
  );

  it('is read as it was written', () => {
    const carried = carriedBy(commitOf('1', members))!;
    expect(carried).toMatchObject({
      ...{ changeId: '1'.repeat(32), complete: true },
    });
    expect(carried.effects).toEqual(
      members.map(one => ({ ...shortened(one), asOf: one.asOf })),
    );
  });

  it('says when it is not all', () => {
    const many = Array.from({ length: 501 }, () => members[0]);
    expect(carriedBy(commitOf('1', many))!.complete).toBe(false);
    const older = commitOf('1', [], 3);
    expect(carriedBy(older)).toMatchObject({ effects: [], complete: false });
    expect(carriedBy('By hand')).toBeUndefined();
  });
});

describe('what Git has and the database does not know', () => {
  const commits = [
    { id: 'new', message: commitOf('2', [effect('b', 7), effect('c', 8)]) },
    { id: 'hand', message: 'By hand' },
    { id: 'old', message: commitOf('1', [effect('a', 5)]) },
  ];
  const known = {
    changes: new Set(['1'.repeat(32)]),
    effects: new Set([shortened(effect('a', 0)).effect]),
  };

  it('is what it does not have on record', () => {
    expect(changesIn(commits)).toEqual(['2'.repeat(32), '1'.repeat(32)]);
    expect(foundIn({ commits, complete: true }, known, 100)).toEqual([
      inGit('b', 7, { commit: 'new' }),
      inGit('c', 8, { commit: 'new' }),
    ]);
  });

  it('is not what left a change, though an older revision of it was merged too', () => {
    const revisions = [
      { id: 'newest', message: commitOf('2', [effect('b', 7)]) },
      { id: 'first', message: commitOf('2', [effect('b', 7), effect('c', 8)]) },
    ];
    expect(foundIn({ commits: revisions, complete: true }, known, 100)).toEqual(
      [inGit('b', 7, { commit: 'newest' })],
    );
  });

  it('counts what joined a change that it knows', () => {
    const message = commitOf('1', [effect('a', 5), effect('d', 9)]);
    const found = foundIn(
      { commits: [{ id: 'more', message }], complete: true },
      known,
      100,
    );
    expect(found).toEqual([inGit('d', 9, { commit: 'more' })]);
  });

  it('may be what nobody can tell', () => {
    const silent = { id: 'silent', message: commitOf('3', [], 2) };
    expect(foundIn({ commits: [silent], complete: false }, known, 100)).toEqual(
      [
        { ...unknown, commit: undefined },
        { ...unknown, commit: 'silent' },
      ],
    );
  });
});

describe('what was pending in a backup', () => {
  it('is already so where Git has it, whoever confirmed it', () => {
    for (const confirmed of [false, true]) {
      expect(
        told(effect('a', 5, { confirmed }), [inGit('a', 5), inGit('b', 9)]),
      ).toMatchObject({
        outcome: 'alreadySo',
        detail: expect.stringContaining('c0ffee'),
      });
    }
  });

  it('is superseded by a newer value that Git has, and goes on over an older one', () => {
    expect(told(effect('a', 5), [inGit('b', 9)])).toMatchObject({
      outcome: 'superseded',
      reason: { detail: { commit: 'c0ffee' } },
    });
    expect(told(effect('a', 9), [inGit('b', 5)])).toBeUndefined();
    expect(told(effect('a', 7), [inGit('b', 5), inGit('c', 9)])).toMatchObject({
      outcome: 'superseded',
    });
    expect(
      told(effect('a', 5, { changeKey: 'cart' }), [inGit('b', 9)]),
    ).toBeUndefined();
  });

  it.each([
    ['both came at once', effect('a', 9), inGit('b', 9)],
    ['it is a replay', effect('a', 5, { generation: 2 }), inGit('b', 9)],
    ['a commit does not tell whom it carries', effect('a', 100), unknown],
    [
      'the history is too long',
      effect('a', 100),
      { ...unknown, commit: undefined },
    ],
  ])('asks a person where %s', (_, one, found) => {
    expect(told(one, [found])).toMatchObject({
      outcome: 'held',
      reason: { code: 'newerInGit' },
    });
    expect(told({ ...one, confirmed: true }, [found])).toBeUndefined();
  });

  it('leaves alone what came after the restore, and reverts', () => {
    expect(told(effect('a', 101), [unknown])).toBeUndefined();
    const revert = { input: { revert: {} } };
    expect(told(effect('a', 5, revert), [inGit('b', 9)])).toBeUndefined();
  });
});
