import { decideStale } from './staleness';

const day = 86_400_000;
const after = { remindMs: 7 * day, closeMs: 14 * day };
const sealedAt = 100 * day;

const decide = (days: number, code: string, remindedOn?: number) =>
  decideStale({
    change: {
      reason: { code, message: 'Waits.' },
      ...(remindedOn && { remindedAt: sealedAt + remindedOn * day }),
    },
    revision: { sealedAt },
    after,
    now: sealedAt + days * day,
  });

it.each(['approval', 'merge', 'blocked', 'policy'])(
  'what waits for a person (%s) is reminded of once, then closed',
  code => {
    expect(decide(6.9, code)).toBe('wait');
    expect(decide(7, code)).toBe('remind');
    expect(decide(8, code, 7)).toBe('wait');
    expect(decide(14, code, 7)).toBe('close');
    // Nobody was there to remind.
    expect(decide(30, code)).toBe('close');
  },
);

it('newer content is reminded of again', () => {
  expect(decide(7, 'approval', -3)).toBe('remind');
});

it.each(['frozen', 'unjudged'])('%s is nobody at fault', code => {
  expect(decide(30, code)).toBe('wait');
});
