import fc from 'fast-check';
import type { Change } from '../store/changeRow';
import {
  candidateOf,
  policy,
  testEffects,
  treeOf,
  type Ask,
} from './__testUtils__/foldTest';
import type { Draft } from './candidate';
import { foldRuns } from './foldRuns';

/**
 * Whatever shares a change: each of its runs gets what it would need alone. The
 * model looks at one run at a time, and knows nothing of folding.
 */
interface Wish {
  key: string;
  path: string;
  value: number;
  owner: string;
  mode: 'auto' | 'propose';
  environment: 'staging' | 'production';
  approvals: number;
  data: {
    big: boolean;
    bad: boolean;
    careful: boolean;
    unclear: false | 'perhaps';
  };
}

const rules = [
  policy({ name: 'big', review: 'event.data.big', approvals: 3 }),
  policy({ name: 'bad', deny: 'event.data.bad' }),
  policy({ name: 'unclear', deny: 'event.data.unclear' }),
];
const effects = testEffects(rules);

function askOf({ key, path, value, ...wish }: Wish, at: number): Ask {
  return {
    ...wish,
    id: `${at}`,
    key,
    set: { [`apps/${key}.yaml`]: { [path]: value } },
    when: '!event.data.careful',
    data: wish.data,
  };
}

const needsPerson = ({ mode, environment, data }: Wish) =>
  mode === 'propose' ||
  environment === 'production' ||
  data.big ||
  data.careful ||
  data.unclear !== false;

function modelOf(members: Wish[]) {
  const mergesItself = !members.some(needsPerson);
  const wanted = members.map(({ approvals, data }) =>
    Math.max(approvals, data.big ? 3 : 0),
  );
  const says = (check: string, verdict: string, when: boolean) =>
    when ? [`${check} ${verdict}`] : [];
  return {
    mergesItself,
    approvalsNeeded: mergesItself ? 0 : Math.max(...wanted),
    against: [
      ...says(
        'big',
        'review',
        members.some(({ data }) => data.big),
      ),
      ...says(
        'unclear',
        'cannot',
        members.some(({ data }) => data.unclear !== false),
      ),
    ],
  };
}

const sayOf = ({ mergesItself, approvalsNeeded, verdicts }: Draft) => ({
  mergesItself,
  approvalsNeeded,
  against: verdicts
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ check, verdict }) => `${check} ${verdict}`),
});

const seldom = (weight: number) =>
  fc.integer({ min: 1, max: weight }).map(at => at === weight);
const wish: fc.Arbitrary<Wish> = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  path: fc.constantFrom('one', 'two'),
  value: fc.integer({ min: 1, max: 3 }),
  owner: fc.constant('group:default/platform'),
  mode: seldom(5).map(one => (one ? ('propose' as const) : ('auto' as const))),
  environment: seldom(6).map(one =>
    one ? ('production' as const) : ('staging' as const),
  ),
  approvals: fc.integer({ min: 0, max: 2 }),
  data: fc.record({
    big: seldom(5),
    bad: seldom(6),
    careful: seldom(5),
    unclear: seldom(6).map(one =>
      one ? ('perhaps' as const) : (false as const),
    ),
  }),
});

it('gives each run of a change what it would need alone, and holds who is denied', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wish, { maxLength: 8 }),
      fc.subarray(['a', 'b', 'c']),
      async (wishes, waiting) => {
        const { drafts, leavers } = await foldRuns({
          candidates: wishes.map(askOf).map(candidateOf),
          base: treeOf('one: 1\ntwo: 1\n'),
          open: new Map(waiting.map(key => [key, { id: key } as Change])),
          effects,
        });
        const wishesOf = ({ members }: Draft) =>
          members.map(({ run }) => wishes[Number(run.id)]);
        for (const draft of drafts) {
          const members = wishesOf(draft);
          expect(sayOf(draft)).toEqual(modelOf(members));
          const keys = new Set(members.map(({ key }) => key));
          expect(draft.mergesItself || keys.size === 1).toBe(true);
          const order = draft.members.map(({ run }) => Number(run.id));
          for (const key of keys) {
            const ofKey = order.filter(at => wishes[at].key === key);
            expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
          }
        }
        const held = leavers.filter(
          ({ outcome: { outcome } }) => outcome === 'held',
        );
        expect(
          held.filter(({ effect }) => !wishes[Number(effect.runId)].data.bad),
        ).toEqual([]);
        expect(drafts.flatMap(wishesOf).some(({ data }) => data.bad)).toBe(
          false,
        );
      },
    ),
    { numRuns: 150 },
  );
});
