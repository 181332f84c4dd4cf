import { approvalsNeeded, countingApprovals } from './approvals';

const verdict = (kind: 'pass' | 'review') => ({
  check: 'c',
  verdict: kind,
  reasons: [],
});

describe('approvalsNeeded', () => {
  it.each([
    ['none when it merges itself', true, [2], 'pass', 0],
    ['what the steps ask for at most', false, [1, 2], 'pass', 2],
    ['none when none is asked for', false, [0], 'pass', 0],
    ['one where a check asks for a person', false, [0], 'review', 1],
  ] as const)('%s', (_, mergesItself, asked, kind, needed) => {
    expect(
      approvalsNeeded({ mergesItself, asked, verdicts: [verdict(kind)] }),
    ).toBe(needed);
  });
});

describe('countingApprovals', () => {
  const by = (user: string, diffHash = 'h') => ({
    by: `user:default/${user}`,
    diffHash,
  });

  it('counts each other person once, for this content alone', () => {
    expect(
      countingApprovals({
        approvals: [
          by('ana'),
          by('ben'),
          by('ben'),
          by('eva', 'older'),
          by('joe'),
        ],
        diffHash: 'h',
        requesters: ['user:default/ana'],
      }),
    ).toEqual([by('ben'), by('joe')]);
  });
});
