import { howItGoes } from './howItGoes';

const overview = (count: number, withinObjective: number) => ({
  objectiveMs: 30_000,
  appliedMs: { p50: 500, p99: 900, count },
  withinObjective,
});

it.each([
  [{ objectiveMs: 30_000 }, 'Nothing was applied in the last 24 hours'],
  [overview(1, 1), 'The one run of the last 24 hours was applied within 30 s'],
  [overview(8, 1), 'All 8 runs of the last 24 hours were applied within 30 s'],
  [overview(8, 7 / 8), '1 run of 8 took longer than 30 s in the last 24 hours'],
  [
    overview(3, 1 / 3),
    '2 runs of 3 took longer than 30 s in the last 24 hours',
  ],
])('%j', (given, sentence) => expect(howItGoes(given)).toBe(sentence));
