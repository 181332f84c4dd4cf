import { encodeText } from '../render/text';
import {
  candidateOf,
  policy,
  testEffects,
  treeOf,
} from './__testUtils__/foldTest';
import type { Ask } from './__testUtils__/foldTest';
import type { Candidate } from './candidate';
import type { JudgeHow } from './foldRuns';

/** What one run of a change needs, the change needs, whichever comes first. */

const small: Ask = { id: 'small', set: { 'apps/a.yaml': { one: 2 } } };
const big: Ask = {
  id: 'big',
  set: { 'apps/a.yaml': { two: 2 } },
  data: { big: true },
};
const isBig = 'has(event.data.big)';
const bigNeedsThree = policy({ name: 'big', review: isBig, approvals: 3 });

async function judged(
  asks: Ask[],
  checks: Parameters<typeof testEffects>[0],
  how: Partial<JudgeHow> = {},
) {
  const tree = treeOf('one: 1\ntwo: 1\n');
  tree.write({
    path: 'apps/a.yaml',
    mode: '100644',
    content: encodeText('one: 2\ntwo: 2\n'),
  });
  const candidates = asks.map(candidateOf) as [Candidate, ...Candidate[]];
  return testEffects(checks).judge(candidates, tree, { whole: true, ...how });
}

describe.each([
  ['first', (one: Ask) => [one, small]],
  ['last', (one: Ask) => [small, one]],
])('judging runs together, the one that needs more comes %s', (_, order) => {
  it('takes the approvals that a policy asks for its event', async () => {
    expect(await judged(order(big), [bigNeedsThree])).toMatchObject({
      mergesItself: false,
      approvalsNeeded: 3,
      verdicts: [{ check: 'big', verdict: 'review', reasons: ['Look.'] }],
    });
  });

  it('does not judge what a policy cannot tell of its event', async () => {
    const unclear = policy({ deny: '!has(event.data.big) || event.data.big' });
    const one = { ...big, data: { big: 'perhaps' } };
    const others = { ...small, data: { big: false } };
    const { verdicts, mergesItself } = await judged(
      order(one).map(ask => (ask === small ? others : ask)),
      [unclear],
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['cannot']);
    expect(mergesItself).toBe(false);
  });

  it('denies what a policy denies to its event', async () => {
    const { verdicts } = await judged(order(big), [policy({ deny: isBig })]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['deny']);
  });

  it('does not merge where its `merge.when` is not true', async () => {
    const one = { ...big, when: `!${isBig}`, approvals: 2 };
    expect(await judged(order(one), [])).toMatchObject({
      mergesItself: false,
      approvalsNeeded: 2,
      whyNot: ['Its `merge.when` is not true.'],
    });
  });

  it('does not merge where its target needs a person', async () => {
    const one = { ...big, environment: 'production' };
    expect((await judged(order(one), [])).mergesItself).toBe(false);
  });

  it('does not merge where its sensor only proposes, or its owner may not', async () => {
    const propose: Ask = { ...big, mode: 'propose' };
    expect((await judged(order(propose), [])).mergesItself).toBe(false);
    const owner = { ...big, owner: 'group:default/nobody' };
    expect((await judged(order(owner), [])).mergesItself).toBe(false);
  });
});

it('asks only about the whole where each was asked about before', async () => {
  const seen: string[] = [];
  const check = {
    name: 'seen',
    check: async ({ event, events }: any) => {
      seen.push(`${event.id} of ${events.length}`);
      return { check: 'seen', verdict: 'pass' as const, reasons: [] };
    },
  };
  await judged([small, big], [check], { alone: [] });
  expect(seen).toEqual(['small of 2']);
  await judged([small, big], [check]);
  expect(seen.slice(1)).toEqual(['small of 2', 'big of 1']);
});

it('asks a costly check once, whoever shares the change', async () => {
  let asked = 0;
  const costly = {
    name: 'costly',
    costly: true,
    check: async () => {
      asked += 1;
      return { check: 'costly', verdict: 'pass' as const, reasons: [] };
    },
  };
  await judged([small, big], [costly]);
  expect(asked).toBe(1);
});
