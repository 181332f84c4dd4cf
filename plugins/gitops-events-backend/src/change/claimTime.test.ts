import { LOCK_WAIT_MS } from '../git/lockFiles';
import { CALL_MS, callTime, lookAgainMs } from './claimTime';

const seconds = 1_000;

it('leaves time to wait for a lock of somebody else, and to hear that it is held', () => {
  expect(LOCK_WAIT_MS + 500).toBeLessThan(CALL_MS);
});

it.each([
  [0, 0, 7],
  [0, 0.0007, 6.999],
  [0, 2, 5],
  [0, 2.5, undefined],
  [0, 60, undefined],
  [1, 2.5, 20.5],
  [7, 18, 5],
  [7, 20, undefined],
])(
  'attempt %d, held for %d s: a call may take %p s',
  (attempt, held, expected) => {
    expect(callTime({ attempt }, held * seconds)).toBe(
      expected && expected * seconds,
    );
  },
);

it.each([
  [0, 30],
  [10 * 60, 30],
  [60 * 60, 180],
  [14 * 24 * 60 * 60, 300],
])('what waits for %d s is looked at in %d s', (waited, expected) => {
  expect(lookAgainMs(waited * seconds)).toBe(expected * seconds);
});
