import fc from 'fast-check';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { gitChangeInputSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { FileTree } from '../render/fileTree';
import type { Change } from '../store/changeRow';
import type { Candidate } from './candidate';
import { ElsewhereUnread } from './readElsewhere';
import { foldRuns, type FoldEffects, type FoldOptions } from './foldRuns';

const text = (value: string) => new TextEncoder().encode(value);
const base = () =>
  new FileTree(async paths =>
    paths.map((path): RepositoryFile => ({
      path,
      mode: '100644',
      content: text('start'),
    })),
  );

/** Sets a file to a value; `bad` values are denied, `ask` values and more than 3 files need a person. */
interface Ask {
  key: string;
  file: string;
  value: string;
  owner?: string;
  auto?: boolean;
  /** Other files that it sets to the same. */
  more?: string[];
}

function candidate(ask: Ask, order: number): Candidate {
  return {
    effect: {
      effectId: `e${order}`,
      runId: `r${order}`,
      changeKey: ask.key,
      input: gitChangeInputSchema.parse({
        repo: 'local:r',
        edits: [ask.file, ...(ask.more ?? [])].map(file => ({
          ...{ kind: 'yaml', file, set: { value: ask.value } },
        })),
      }),
    },
    run: {
      id: `r${order}`,
      title: `run ${order}`,
      ownerRef: ask.owner ?? 'group:default/a',
      mode: ask.auto === false ? 'propose' : 'auto',
    },
    event: {},
    events: [],
  } as unknown as Candidate;
}

const effects: FoldEffects = {
  judgedBy: 'c',
  judgesWhole: false,
  render: async ({ effect }, tree) => {
    const edits = effect.input.edits as unknown as Array<{
      file: string;
      set: { value: string };
    }>;
    const [{ set }] = edits;
    if (set.value === 'broken')
      return { reason: { code: 'broken', message: 'Broken.' } };
    const before = await tree.read(edits.map(({ file }) => file));
    return {
      files: before
        .filter(({ content }) => Buffer.from(content).toString() !== set.value)
        .map(({ path }) => ({
          ...{ path, mode: '100644', content: text(set.value) },
        })),
      record: [],
    };
  },
  judge: async ([{ run }], tree) => {
    const values = (await tree.changes()).map(({ after }) =>
      Buffer.from(after!.content).toString(),
    );
    return {
      verdicts: [
        values.includes('bad')
          ? { check: 'c', verdict: 'deny', reasons: ['No bad values.'] }
          : { check: 'c', verdict: 'pass', reasons: [] },
      ],
      mergesItself:
        run.mode === 'auto' && !values.includes('ask') && values.length <= 3,
      ...{ direct: !values.includes('by pull request'), whyNot: [] },
      approvalsNeeded: 0,
      withheld: false,
    };
  },
};

const fold = (asks: Ask[], more: Partial<FoldOptions> = {}) =>
  foldRuns({
    candidates: asks.map(candidate),
    base: base(),
    open: new Map(),
    effects,
    ...more,
  });

/** Where each may merge itself, however many files it has. */
const foldAll = (asks: Ask[]) =>
  foldRuns({
    candidates: asks.map(candidate),
    base: base(),
    open: new Map(),
    effects: {
      ...effects,
      judge: async () => ({
        ...{ verdicts: [], mergesItself: true, direct: true, whyNot: [] },
        ...{ approvalsNeeded: 0, withheld: false },
      }),
    },
  });

const contentOf = async (tree: FileTree) =>
  Object.fromEntries(
    (await tree.changes()).map(({ path, after }) => [
      path,
      Buffer.from(after!.content).toString(),
    ]),
  );

describe('foldRuns', () => {
  it('puts what merges by itself into one change an owner', async () => {
    const { drafts } = await fold([
      { key: '1', file: 'a', value: '1' },
      { key: '2', file: 'b', value: '2' },
      { key: '3', file: 'c', value: '3', owner: 'group:default/b' },
    ]);
    expect(drafts.map(({ members }) => members.length)).toEqual([2, 1]);
    expect(await contentOf(drafts[0].tree)).toEqual({ a: '1', b: '2' });
    expect(drafts[0].changeKey).toBeUndefined();
    expect(drafts[1].changeKey).toBe('3');
  });

  describe('where a turn has only so long', () => {
    const files = (...keys: string[]) =>
      keys.map((key, order) => ({ key, file: key, value: String(order) }));
    const turn = { ms: -1, atLeast: 2 };

    it('leaves whole keys to the next one', async () => {
      const asks = files('a', 'b', 'a', 'c');
      const { drafts, leavers } = await fold(asks, { turn });
      expect(drafts).toHaveLength(1);
      const ids = [
        ...drafts[0].members.map(({ run }) => run.id),
        ...leavers.map(({ effect }) => effect.runId),
      ];
      expect(ids.sort()).toEqual(['r0', 'r1', 'r2']);
      expect(await contentOf(drafts[0].tree)).toEqual({ a: '2', b: '1' });
    });

    it('goes on until it has something to write', async () => {
      const isAway = new ElsewhereUnread(
        { repo: 'local:templates', branch: 'main', folder: 'app' },
        new Error('It is away'),
      );
      const render: FoldEffects['render'] = async (one, tree) => {
        if (one.effect.changeKey !== 'd') throw isAway;
        return effects.render(one, tree);
      };
      const { drafts, unread } = await fold(files('a', 'b', 'c', 'd', 'e'), {
        ...{ turn, effects: { ...effects, render } },
      });
      expect(unread).toBe(isAway);
      expect(drafts.map(({ members }) => members[0].run.id)).toEqual(['r3']);
    });

    it('takes what is urgent first', async () => {
      const candidates = files('a', 'b', 'c').map(candidate);
      Object.assign(candidates[2].effect, { urgent: true });
      const { drafts } = await foldRuns({
        ...{ candidates, base: base(), open: new Map(), effects },
        turn: { ms: -1, atLeast: 1 },
      });
      const ids = drafts.flatMap(({ members }) =>
        members.map(({ run }) => run.id),
      );
      expect(ids).toEqual(['r2']);
    });
  });

  it('goes to base without a pull request only where all of them do', async () => {
    const asks = (value: string) => [
      { key: '1', file: 'a', value: '1' },
      { key: '2', file: 'b', value },
    ];
    const [both] = (await fold(asks('2'))).drafts;
    expect(both).toMatchObject({ mergesItself: true, direct: true });
    const [mixed] = (await fold(asks('by pull request'))).drafts;
    expect(mixed.members).toHaveLength(2);
    expect(mixed).toMatchObject({ mergesItself: true, direct: false });
  });

  it('judges all together in sight of all of their events', async () => {
    const seen: number[] = [];
    const asks = ['a', 'b', 'c'].map(file => ({ key: file, file, value: '1' }));
    await foldRuns({
      candidates: asks.map(candidate),
      base: base(),
      open: new Map(),
      effects: {
        ...effects,
        judge: (candidates, tree, how) => {
          seen.push(candidates.length);
          return effects.judge(candidates, tree, how);
        },
      },
    });
    expect(seen).toEqual([1, 1, 1, 3]);
  });

  it('lets fewer go where all together would need a person', async () => {
    const asks = ['a', 'b', 'c', 'd', 'e', 'f'].map(file => ({
      key: file,
      file,
      value: '1',
    }));
    const { drafts, leavers } = await fold(asks);
    expect(leavers).toEqual([]);
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({ mergesItself: true });
    expect(await contentOf(drafts[0].tree)).toEqual({ a: '1', b: '1', c: '1' });
  });

  it('gives what a person must approve a change of its own by key', async () => {
    const { drafts } = await fold([
      { key: '1', file: 'a', value: 'ask' },
      { key: '2', file: 'b', value: '2' },
      { key: '3', file: 'c', value: '3', auto: false },
    ]);
    expect(
      drafts.map(({ changeKey, mergesItself }) => [changeKey, mergesItself]),
    ).toEqual([
      ['1', false],
      ['2', true],
      ['3', false],
    ]);
  });

  it('lets a bad one leave alone, and the good one before it counts again', async () => {
    const { drafts, leavers } = await fold([
      { key: '1', file: 'a', value: '1' },
      { key: '1', file: 'a', value: '2' },
      { key: '1', file: 'a', value: 'bad' },
    ]);
    expect(
      leavers.map(({ effect, outcome }) => [effect.effectId, outcome.outcome]),
    ).toEqual([
      ['e2', 'held'],
      ['e0', 'superseded'],
    ]);
    expect(await contentOf(drafts[0].tree)).toEqual({ a: '2' });
  });

  it('replaces the content of a change that waits', async () => {
    const waiting = { id: 'c1', state: 'waiting' } as Change;
    const { drafts } = await fold([{ key: '1', file: 'a', value: '9' }], {
      open: new Map([['1', waiting]]),
    });
    expect(drafts[0]).toMatchObject({ replaces: waiting, changeKey: '1' });
  });

  it('puts all into the one change that is rendered again', async () => {
    const change = { id: 'c1' } as Change;
    const { drafts } = await fold(
      [
        { key: '1', file: 'a', value: '1' },
        { key: '2', file: 'b', value: '2' },
      ],
      { into: change },
    );
    expect(drafts).toHaveLength(1);
    expect(drafts[0]).toMatchObject({ replaces: change, members: [{}, {}] });
  });

  describe('with a check that is asked about a whole change only', () => {
    const asked: number[] = [];
    const costly: FoldEffects = {
      ...effects,
      judgesWhole: true,
      judge: async (candidates, tree, how) => {
        const told = await effects.judge(candidates, tree, how);
        if (!how.whole) return told;
        asked.push(candidates.length);
        const values = Object.values(await contentOf(tree));
        return values.includes('poison')
          ? {
              ...told,
              verdicts: [{ check: 'whole', verdict: 'deny', reasons: ['No.'] }],
            }
          : told;
      },
    };
    const foldCostly = (asks: Ask[]) =>
      foldRuns({
        candidates: asks.map(candidate),
        base: base(),
        open: new Map(),
        effects: costly,
      });
    beforeEach(() => {
      asked.length = 0;
    });

    it('asks it once for all that is good', async () => {
      const asks = ['a', 'b', 'c'].map(file => ({
        key: file,
        file,
        value: '1',
      }));
      const { drafts } = await foldCostly(asks);
      expect(drafts).toHaveLength(1);
      expect(asked).toEqual([3]);
    });

    it('lets fewer go until the bad one is alone and leaves; all others get through', async () => {
      let left: Ask[] = ['a', 'b', 'c'].map(file => ({
        key: file,
        file,
        value: file === 'b' ? 'poison' : '1',
      }));
      const written: string[] = [];
      const held: string[] = [];
      for (let turns = 0; left.length > 0 && turns < 10; turns += 1) {
        const now = left;
        const { drafts, leavers } = await foldCostly(now);
        const at = (effectId: string) => now[Number(effectId.slice(1))];
        const gone = new Set<Ask>();
        for (const { members } of drafts) {
          for (const { effect } of members) {
            written.push(at(effect.effectId).file);
            gone.add(at(effect.effectId));
          }
        }
        for (const { effect, outcome } of leavers) {
          held.push(`${at(effect.effectId).file} ${outcome.outcome}`);
          gone.add(at(effect.effectId));
        }
        left = now.filter(one => !gone.has(one));
      }
      expect(written.sort()).toEqual(['a', 'c']);
      expect(held).toEqual(['b held']);
    });

    it('counts the run before a denied one again', async () => {
      const { drafts, leavers } = await foldCostly([
        { key: '1', file: 'a', value: '1' },
        { key: '1', file: 'a', value: 'poison' },
      ]);
      expect(drafts).toEqual([]);
      // The other one stays pending, and has its turn next.
      expect(
        leavers.map(({ effect, outcome }) => [
          effect.effectId,
          outcome.outcome,
        ]),
      ).toEqual([['e1', 'held']]);
    });
  });

  it('begins the next change of an owner when 300 files are in one', async () => {
    const asks = Array.from({ length: 700 }, (_, at) => ({
      ...{ key: `${at}`, file: `f${at}`, value: '1' },
      owner: `group:default/${at % 7 === 0 ? 'a' : 'b'}`,
    }));
    const { drafts, leavers } = await foldAll(asks);
    expect(leavers).toEqual([]);
    const files = drafts.map(({ paths }) => paths.size);
    expect(files.sort((a, b) => b - a)).toEqual([300, 300, 100]);
    expect(drafts.flatMap(({ members }) => members)).toHaveLength(700);
    for (const { members } of drafts) {
      expect(new Set(members.map(({ run }) => run.ownerRef)).size).toBe(1);
    }
  });

  it('counts a file that several write once', async () => {
    const asks = Array.from({ length: 301 }, (_, at) => ({
      ...{ key: `${at}`, file: 'a', value: `${at}` },
    }));
    const { drafts } = await foldAll(asks);
    expect(drafts.map(({ members }) => members.length)).toEqual([301]);
  });

  it('lets no run of a key overtake the one before it when a change is full', async () => {
    const many = (at: string, files: number): Ask => ({
      ...{ key: at, file: at, value: '1' },
      more: Array.from({ length: files - 1 }, (_, one) => `${at}${one}`),
    });
    const ofX = [many('a', 100), many('b', 100), many('c', 90), many('d', 90)];
    const { drafts, leavers } = await foldAll([
      ...[...ofX, many('z', 1)].map(ask => ({ ...ask, key: 'x' })),
      ...[many('w', 100), many('v', 1)],
    ]);
    expect(leavers).toEqual([]);
    // The others of key x stay for the next turn, also the one for which there is room.
    expect(
      drafts.map(({ members }) => members.map(({ run }) => run.id)),
    ).toEqual([
      ['r0', 'r1', 'r2'],
      ['r5', 'r6'],
    ]);
  });

  it('accounts for each run once, and ends with the last good value of each file', async () => {
    const value = fc.constantFrom(
      '1',
      '2',
      '3',
      'start',
      'bad',
      'broken',
      'ask',
    );
    const asks = fc.array(
      fc
        .record({
          file: fc.constantFrom('a', 'b', 'c'),
          value,
          auto: fc.boolean(),
        })
        .map((ask): Ask => ({ ...ask, key: ask.file })),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(asks, async list => {
        const { drafts, leavers } = await fold(list);
        const seen = [
          ...drafts.flatMap(({ members }) =>
            members.map(({ effect }) => effect.effectId),
          ),
          ...leavers.map(({ effect }) => effect.effectId),
        ];
        expect(seen.sort()).toEqual(list.map((_, index) => `e${index}`).sort());

        const written: Record<string, string> = Object.assign(
          {},
          ...(await Promise.all(drafts.map(({ tree }) => contentOf(tree)))),
        );
        for (const file of ['a', 'b', 'c']) {
          const good = list.filter(
            ask => ask.file === file && !['bad', 'broken'].includes(ask.value),
          );
          const last = good.length > 0 ? good[good.length - 1].value : 'start';
          expect(written[file] ?? 'start').toBe(last);
        }
      }),
      { numRuns: 200 },
    );
  });
});
