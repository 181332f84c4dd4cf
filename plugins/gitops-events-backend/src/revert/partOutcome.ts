import type { StepOutcome } from '../pipeline/stepRunner';

/**
 * What a step of a revert comes to as one of several parts. One that has nothing to
 * take back any more lets the next one go on; where one cannot be taken back, its
 * reason says what becomes of the others. Pure.
 *
 * @param parts - how many there are, and how many are taken back
 */
export function partOutcome(
  outcome: StepOutcome,
  parts: { of: number; done: number },
): StepOutcome {
  if (parts.of === 1) return outcome;
  switch (outcome.outcome) {
    case 'alreadySo':
      return { outcome: 'done', detail: 'It is as it was before already.' };
    case 'held':
    case 'failed':
    case 'superseded':
    case 'discarded':
    case 'cancelled': {
      const { reason } = outcome;
      const message = `${sentence(reason.message)} ${othersStay(parts)}`;
      return { ...outcome, reason: { ...reason, message } };
    }
    default:
      return outcome;
  }
}

/** A person's comment may be the whole reason. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function othersStay({ of, done }: { of: number; done: number }): string {
  return done === 0
    ? `None of its ${of} parts is taken back; all stay as they are.`
    : `Of its ${of} parts ${done} ${done === 1 ? 'is' : 'are'} taken back; the rest stays as it is.`;
}
