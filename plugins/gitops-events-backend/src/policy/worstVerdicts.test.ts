import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import { worstVerdicts } from './worstVerdicts';

const said = (
  check: string,
  verdict: Verdict['verdict'],
  ...reasons: string[]
): Verdict => ({ check, verdict, reasons });

describe('worstVerdicts', () => {
  it('keeps the worst of each check, with each reason for it once', () => {
    expect(
      worstVerdicts(
        [said('a', 'pass'), said('b', 'review', 'One.')],
        [said('a', 'deny', 'No.'), said('b', 'review', 'One.', 'Two.')],
        [said('a', 'review', 'Hm.'), said('b', 'pass')],
      ),
    ).toEqual([said('a', 'deny', 'No.'), said('b', 'review', 'One.', 'Two.')]);
  });

  it('asks for the most approvals; no number means one', () => {
    const two = { ...said('a', 'review', 'Two.'), approvals: 2 };
    expect(worstVerdicts([said('a', 'review', 'One.')], [two])).toEqual([
      { ...said('a', 'review', 'One.', 'Two.'), approvals: 2 },
    ]);
  });

  it('says what was said where each is heard once', () => {
    const all = [said('b', 'pass', 'As it is.'), said('a', 'cannot', 'Late.')];
    expect(worstVerdicts(all)).toEqual(all);
    expect(worstVerdicts()).toEqual([]);
  });
});
