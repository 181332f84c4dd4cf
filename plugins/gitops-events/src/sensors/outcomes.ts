import type {
  DecisionView,
  Status,
} from '@gitops-events/plugin-gitops-events-common';

/** What a sensor can say, in a word and a tone. */
export const outcomes: Record<
  DecisionView['outcome'],
  Pick<Status, 'word' | 'tone'>
> = {
  fired: { word: 'Fired', tone: 'success' },
  notMatched: { word: 'Not matched', tone: 'neutral' },
  suppressed: { word: 'Suppressed', tone: 'info' },
  held: { word: 'Held', tone: 'warning' },
  waiting: { word: 'Waiting', tone: 'info' },
};
