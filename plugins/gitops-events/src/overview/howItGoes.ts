import {
  countInWords,
  durationInWords,
  type Overview,
} from '@gitops-events/plugin-gitops-events-common';

/** The answer of the page in one sentence: are we within the objective? */
export function howItGoes(
  overview: Pick<Overview, 'appliedMs' | 'objectiveMs' | 'withinObjective'>,
): string {
  const { appliedMs, objectiveMs, withinObjective } = overview;
  const objective = durationInWords(objectiveMs);
  if (!appliedMs || withinObjective === undefined) {
    return 'Nothing was applied in the last 24 hours';
  }
  const { count } = appliedMs;
  const late = count - Math.round(withinObjective * count);
  if (late > 0) {
    return `${countInWords(late, 'run')} of ${count} took longer than ${objective} in the last 24 hours`;
  }
  return count === 1
    ? `The one run of the last 24 hours was applied within ${objective}`
    : `All ${count} runs of the last 24 hours were applied within ${objective}`;
}
