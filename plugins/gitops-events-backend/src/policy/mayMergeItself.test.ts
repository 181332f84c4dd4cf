import { mayMergeItself, type MergeQuestion } from './mayMergeItself';

const yes: MergeQuestion = {
  mode: 'auto',
  targetMode: 'auto',
  boundaryMerge: true,
  verdicts: [{ check: 'quota', verdict: 'pass', reasons: [] }],
  whenResult: true,
};

describe('mayMergeItself', () => {
  it('merges when nothing stands against it', () => {
    expect(mayMergeItself(yes)).toEqual({ merges: true, reasons: [] });
    const { targetMode, whenResult, ...least } = yes;
    expect(mayMergeItself({ ...least, verdicts: [] }).merges).toBe(true);
  });

  it.each<[Partial<MergeQuestion>, string]>([
    [{ mode: 'propose' }, 'Its sensor only proposes changes.'],
    [{ mode: 'observe' }, 'Its sensor only proposes changes.'],
    [{ targetMode: 'propose' }, 'Changes to its target need a person.'],
    [
      { boundaryMerge: false },
      "Its owner's boundary does not let changes merge themselves.",
    ],
    [{ targetApprovals: 2 }, 'Changes to its target need 2 approvals.'],
    [{ whenResult: false }, 'Its `merge.when` is not true.'],
    ...(['review', 'deny', 'cannot'] as const).map(
      (verdict): [Partial<MergeQuestion>, string] => [
        {
          verdicts: [
            ...yes.verdicts,
            { check: 'paths', verdict, reasons: ['Look.'] },
          ],
        },
        'paths: Look.',
      ],
    ),
  ])('%j', (difference, reason) => {
    expect(mayMergeItself({ ...yes, ...difference })).toEqual({
      merges: false,
      reasons: [reason],
    });
  });

  it('gives every reason', () => {
    expect(
      mayMergeItself({ ...yes, mode: 'propose', boundaryMerge: false }).reasons,
    ).toHaveLength(2);
  });
});
