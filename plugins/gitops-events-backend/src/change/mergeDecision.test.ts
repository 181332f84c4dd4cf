import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { Change, ChangeRevision } from '../store/changeRow';
import { decideMerge, isReady } from './mergeDecision';

const change = { mode: 'auto', approvalsNeeded: 1 } as Change;
const revision = {
  verdicts: [],
  mergesItself: true,
} as unknown as ChangeRevision;
const decide = (
  c: Partial<Change> = {},
  r: Partial<ChangeRevision> = {},
  approvals = 0,
) =>
  decideMerge({
    change: { ...change, ...c },
    revision: { ...revision, ...r },
    approvals,
  });

describe('decideMerge', () => {
  it('merges by itself only in mode auto and when every rule agrees', () => {
    expect(decide().decision).toBe('merge');
    expect(decide({}, { mergesItself: false }).decision).toBe('wait');
    expect(decide({ mode: 'propose' }).decision).toBe('wait');
  });

  it('never merges what a check denied or could not judge, however many approve or ask', () => {
    for (const verdict of ['deny', 'cannot'] as const) {
      const verdicts = [{ check: 'quota', verdict, reasons: ['too much'] }];
      const asked = { what: 'merge', by: 'user:default/pia' } as const;
      expect(decide({ asked }, { verdicts }, 5)).toMatchObject({
        decision: 'wait',
        reason: {
          code: 'policy',
          message: expect.stringContaining('too much'),
        },
      });
    }
  });

  it('merges after the approvals, in propose only when somebody asks', () => {
    expect(
      decide({ approvalsNeeded: 2 }, { mergesItself: false }, 1),
    ).toMatchObject({
      reason: { message: 'Waits for an approval.' },
    });
    expect(decide({}, { mergesItself: false }, 1)).toMatchObject({
      decision: 'merge',
      rule: 'approved',
    });
    expect(decide({ mode: 'propose' }, {}, 1)).toMatchObject({
      reason: { code: 'merge' },
    });
    const asked = { what: 'merge', by: 'user:default/pia' } as const;
    expect(decide({ mode: 'propose', asked }, {}, 1)).toMatchObject({
      decision: 'merge',
      by: 'user:default/pia',
    });
    expect(decide({ mode: 'propose', asked }, {}, 0).decision).toBe('wait');
  });

  it('never merges without a person what does not merge itself', () => {
    const needed = { approvalsNeeded: 0 };
    const held = { mergesItself: false };
    const asked = { what: 'merge', by: 'user:default/pia' } as const;
    expect(decide(needed, held)).toMatchObject({
      decision: 'wait',
      reason: { code: 'merge' },
    });
    expect(decide({ ...needed, asked }, held)).toMatchObject({
      decision: 'merge',
      by: 'user:default/pia',
    });
  });

  it('closes when asked to, whatever else is true', () => {
    const asked = { what: 'cancel', by: 'user:default/ana' } as const;
    expect(decide({ asked })).toMatchObject({
      decision: 'close',
      end: 'cancelled',
    });
  });
});

describe('isReady', () => {
  const asked = { what: 'merge', by: 'user:default/pia' } as const;
  const said = (verdict: Verdict['verdict']): Verdict[] => [
    { check: 'quota', verdict, reasons: [] },
  ];
  it.each<[string, Parameters<typeof decide>, boolean]>([
    ['while an approval is missing', [{ mode: 'propose' }], false],
    ['while a check denies', [{ asked }, { verdicts: said('deny') }, 5], false],
    [
      'while a check cannot judge',
      [{ asked }, { verdicts: said('cannot') }, 5],
      false,
    ],
    ['once approved', [{ mode: 'propose' }, {}, 1], true],
    [
      'where no approval is asked for',
      [{ mode: 'propose', approvalsNeeded: 0 }],
      true,
    ],
    ['when it is merged', [{}, { mergesItself: false }, 1], true],
    ['when it is closed', [{ asked: { ...asked, what: 'close' } }], false],
  ])('a draft %s: %#', (_, input, ready) => {
    expect(isReady(decide(...input))).toBe(ready);
  });
});
