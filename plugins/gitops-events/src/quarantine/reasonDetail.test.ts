import { reasonFacts, verdictsOf } from './reasonDetail';

const verdicts = [
  { check: 'memory quota', verdict: 'deny' as const, reasons: ['Too much.'] },
];
const reason = (detail: Record<string, unknown>) => ({
  code: 'policyDenied',
  message: 'Policy denied it.',
  detail,
});

describe('what is behind a reason', () => {
  it('are the verdicts, as the page of a change shows them', () => {
    expect(verdictsOf(reason({ verdicts }))).toEqual(verdicts);
  });

  it.each([undefined, reason({}), reason({ verdicts: 'none' })])(
    'may be none: %j',
    given => expect(verdictsOf(given)).toEqual([]),
  );

  it('are facts in words; structures are no sentence for a person', () => {
    expect(
      reasonFacts(
        reason({ maxReplicas: 3, seen: 'eight', verdicts, at: null }),
      ),
    ).toEqual([
      ['Max replicas', '3'],
      ['Seen', 'eight'],
    ]);
  });
});
