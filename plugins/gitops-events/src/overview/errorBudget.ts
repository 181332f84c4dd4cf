// The objective holds for 99 of 100 runs; the hundredth is the budget.
const budget = 0.01;

/** Share of the error budget that is left, 0 to 1, given the share of runs within the objective. */
export function budgetLeft(withinObjective: number): number {
  return Math.min(1, Math.max(0, 1 - (1 - withinObjective) / budget));
}
