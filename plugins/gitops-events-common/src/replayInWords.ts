import type { ReplayProgress } from './replay';

/**
 * What a replay found, in one sentence: "412 events: 3 fire now that did not,
 * 1 no longer fires, 408 alike."
 *
 * @public
 */
export function replayInWords(progress: ReplayProgress): string {
  const { decided, firesNow, noLongerFires, other, alike, waiting } = progress;
  if (decided === 0) return 'No event that this rule listens to.';
  const found = [
    firesNow > 0 &&
      `${count(firesNow)} ${verb(firesNow, 'fire')} now that did not`,
    noLongerFires > 0 &&
      `${count(noLongerFires)} no longer ${verb(noLongerFires, 'fire')}`,
    other > 0 &&
      `${count(other)} ${other === 1 ? 'differs' : 'differ'} in another way`,
    waiting > 0 && `${count(waiting)} still waiting`,
    alike > 0 && (alike === decided ? 'all alike' : `${count(alike)} alike`),
  ].filter(text => text !== false);
  const events = decided === 1 ? '1 event' : `${count(decided)} events`;
  return `${events}: ${found.join(', ')}.`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function verb(number: number, word: string): string {
  return number === 1 ? `${word}s` : word;
}
