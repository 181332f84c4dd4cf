import fc from 'fast-check';
import { decodeText } from '../render/text';
import type { Change } from '../store/changeRow';
import {
  candidateOf,
  policy,
  testEffects,
  treeOf,
  type Ask,
} from './__testUtils__/foldTest';
import type { Candidate } from './candidate';
import { foldRuns, type FoldEffects } from './foldRuns';

const file = 'apps/a.yaml';
const waiting = { id: 'c1' } as Change;
const base = 'tag: 0\nsize: 0\nlist:\n  - 0\n';

/** Sets a value; `bad` ones are denied alone, more than 3 of `list` are denied as a whole. */
interface Wish {
  path: 'tag' | 'size' | 'list[+]';
  value: number;
  bad: boolean;
}
const ask = (wish: Wish, at: number): Ask => ({
  id: `${at}`,
  set: { [file]: { [wish.path]: wish.value } },
  data: { bad: wish.bad },
});
const effects = testEffects([
  policy({ name: 'bad', deny: 'event.data.bad' }),
  {
    name: 'long',
    costly: true,
    check: async ({ files }) => {
      const items = files.flatMap(({ content }) => [
        ...(decodeText(content) ?? '').matchAll(/^ {2}- /gm),
      ]);
      return {
        check: 'long',
        verdict: items.length > 4 ? 'deny' : 'pass',
        reasons: [],
      };
    },
  },
]);

async function fold(
  wishes: Wish[],
  members: number,
  asked: FoldEffects = effects,
) {
  const candidates = wishes.map((wish, at) => {
    const candidate = candidateOf(ask(wish, at));
    if (at < members) candidate.effect.state = 'member';
    return candidate;
  });
  const { drafts, leavers } = await foldRuns({
    candidates,
    base: treeOf(base),
    open: new Map([['key', waiting]]),
    effects: asked,
  });
  const idOf = ({ effect }: Pick<Candidate, 'effect'>) =>
    Number(effect.effectId);
  return {
    draft: drafts[0],
    drafts: drafts.length,
    members: drafts.flatMap(one => one.members.map(idOf)),
    left: new Map(leavers.map(one => [idOf(one), one.outcome.outcome])),
    text: async () => {
      const [changed] = await drafts[0].tree.changes();
      return decodeText(changed.after!.content);
    },
  };
}

const set = (path: Wish['path'], value: number, bad = false): Wish => ({
  ...{ path, value, bad },
});

describe('foldOnto', () => {
  it('keeps what is there and is not set again', async () => {
    const { draft, members, left, text } = await fold(
      [set('list[+]', 1), set('tag', 1), set('list[+]', 2), set('tag', 2)],
      2,
    );
    expect(draft).toMatchObject({ replaces: waiting, changeKey: 'key' });
    expect(members).toEqual([0, 2, 3]);
    expect([...left]).toEqual([[1, 'superseded']]);
    expect(await text()).toBe('tag: 2\nsize: 0\nlist:\n  - 0\n  - 1\n  - 2\n');
  });

  it('counts again what a bad one would have set again', async () => {
    const { members, left, text } = await fold(
      [set('tag', 1), set('size', 1), set('list[+]', 1), set('tag', 2, true)],
      2,
    );
    expect(members).toEqual([0, 1, 2]);
    expect([...left]).toEqual([[3, 'held']]);
    expect(await text()).toBe('tag: 1\nsize: 1\nlist:\n  - 0\n  - 1\n');
  });

  it('leaves it as it is where no new one joins', async () => {
    const all = [set('tag', 1), set('tag', 2, true), set('tag', 3, true)];
    const { drafts, left } = await fold(all, 1);
    expect(drafts).toBe(0);
    expect([...left]).toEqual([
      [2, 'held'],
      [1, 'held'],
    ]);
  });

  it('renders each of many once, and twice at the most', async () => {
    let rendered = 0;
    const counting: FoldEffects = {
      ...effects,
      render: (candidate, tree) => {
        rendered += 1;
        return effects.render(candidate, tree);
      },
    };
    const many = Array.from({ length: 60 }, (_, at) =>
      set(at % 2 ? 'size' : 'tag', at, at > 30),
    );
    await fold([set('list[+]', 1), ...many], 1, counting);
    expect(rendered).toBeLessThanOrEqual(2 * 61);
  });

  it('ends with what all good ones say, in order, and accounts for each once', async () => {
    const wish = fc.record({
      path: fc.constantFrom(...(['tag', 'size', 'list[+]'] as const)),
      value: fc.integer({ min: 1, max: 9 }),
      bad: fc.integer({ min: 0, max: 4 }).map(at => at === 0),
    });
    await fc.assert(
      fc.asyncProperty(
        // What is a member was good, and fits.
        fc.array(
          wish.map(one => ({ ...one, bad: false })),
          { maxLength: 3 },
        ),
        fc.array(wish, { minLength: 1, maxLength: 6 }),
        async (old, added) => {
          const wishes = [...old, ...added];
          const result = await fold(wishes, old.length);
          const { members, left, drafts } = result;
          const isNew = (at: number) => at >= old.length;
          const isOut = (at: number) => left.has(at) || wishes[at].bad;
          expect(members.filter(isOut)).toEqual([]);
          const ofOld = [...left].filter(([at]) => !isNew(at));
          expect(ofOld).toEqual(ofOld.map(([at]) => [at, 'superseded']));
          // Where no new one joins nothing is made, and no old one leaves.
          expect(members.some(isNew)).toBe(drafts > 0);
          expect([...left.values()].includes('held') || drafts > 0).toBe(true);
          expect(drafts > 0 || ofOld.length === 0).toBe(true);
          const expected = drafts > 0 ? model(wishes, result) : base;
          expect(await contentOf(result)).toBe(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});

async function contentOf({ drafts, draft }: Awaited<ReturnType<typeof fold>>) {
  const [changed] = drafts ? await draft.tree.changes() : [];
  return changed ? decodeText(changed.after!.content) : base;
}

/** What is set by all that did not leave as bad or stay for later, one after the other. */
function model(
  wishes: Wish[],
  { members, left }: Awaited<ReturnType<typeof fold>>,
): string {
  const values = { tag: 0, size: 0 };
  const list = [0];
  wishes.forEach(({ path, value }, at) => {
    if (!members.includes(at) && left.get(at) !== 'superseded') return;
    if (path !== 'list[+]') values[path] = value;
    else if (!list.includes(value)) list.push(value);
  });
  const items = list.map(one => `  - ${one}\n`).join('');
  return `tag: ${values.tag}\nsize: ${values.size}\nlist:\n${items}`;
}
