import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import { codeInWords } from '../navigation/codeInWords';
import { outcomes } from './outcomes';

const words: Record<string, string> = {
  filterFalse: 'kept out by a filter',
  notListening: 'of a type it does not listen to',
  ownChange: 'about changes of its own',
  paused: 'while it was paused',
  tooOld: 'too old when decided',
  outsideHours: 'outside its hours',
  duplicate: 'repeats of one that fired',
  rateLimited: 'beyond its limit',
  window: 'waiting in its window',
  expired: 'let go when their time in the window was over',
  reset: 'let go by a reset of the window',
  crowdedOut: 'pushed out of a full window',
  debounced: 'replaced by a later one',
  cooledDown: 'repeats during the cooldown',
  windowChanged: 'let go since the window was changed',
  sensorRemoved: 'let go since the sensor was removed',
  loop: 'held, since they look like a loop',
  memoryFull: 'held, since it remembers as much as it may',
  expression: 'held, since an expression fails',
  missingField: 'held, since a field is missing',
};

/**
 * What a sensor said to events, as words that go on after their number:
 * `12 while it was paused`.
 */
export function saidInWords(
  outcome: DecisionView['outcome'],
  code: string,
): string {
  return (
    words[code] ??
    `${outcomes[outcome].word.toLowerCase()}: ${codeInWords(code).toLowerCase()}`
  );
}
