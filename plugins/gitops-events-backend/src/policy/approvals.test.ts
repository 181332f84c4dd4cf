import { approvalsNeeded, judgeApprovals } from './approvals';

const verdict = (kind: 'pass' | 'review', approvals?: number) => ({
  check: 'c',
  verdict: kind,
  reasons: [],
  approvals,
});

describe('approvalsNeeded', () => {
  const least = {
    mergesItself: false,
    asked: [0],
    targets: [0],
    verdicts: [verdict('pass')],
  };
  it.each<[string, Partial<Parameters<typeof approvalsNeeded>[0]>, number]>([
    ['none when it merges itself', { mergesItself: true, asked: [2] }, 0],
    ['the most that its steps ask for', { asked: [1, 2] }, 2],
    ['none when none is asked for', {}, 0],
    [
      'one where a check asks for a person',
      { verdicts: [verdict('review')] },
      1,
    ],
    ['as many as a check asks for', { verdicts: [verdict('review', 3)] }, 3],
    ['no number of a check that passed', { verdicts: [verdict('pass', 3)] }, 0],
    ['the most that its targets ask for', { asked: [1], targets: [0, 2] }, 2],
  ])('%s', (_, difference, needed) => {
    expect(approvalsNeeded({ ...least, ...difference })).toBe(needed);
  });
});

describe('judgeApprovals', () => {
  const by = (user: string, diffHash = 'h') => ({
    by: `user:default/${user}`,
    diffHash,
  });

  it('takes each person once, for this content alone, and says whose does not count', () => {
    expect(
      judgeApprovals({
        approvals: [
          by('ana'),
          by('ben'),
          by('ben'),
          by('eva', 'older'),
          by('joe'),
        ],
        diffHash: 'h',
        involved: [{ by: 'user:default/ana', did: 'released' }],
      }),
    ).toEqual([{ ...by('ana'), notCounted: 'released' }, by('ben'), by('joe')]);
  });
});
