import { replayInWords } from './replayInWords';

const nothing = {
  total: 0,
  passed: 0,
  decided: 0,
  fired: 0,
  firesNow: 0,
  noLongerFires: 0,
  other: 0,
  alike: 0,
  waiting: 0,
  uncompared: 0,
};

describe('replayInWords', () => {
  it.each([
    [{}, 'No event that this rule listens to.'],
    [{ decided: 1, alike: 1 }, '1 event: all alike.'],
    [
      { decided: 412, firesNow: 3, noLongerFires: 1, alike: 408 },
      '412 events: 3 fire now that did not, 1 no longer fires, 408 alike.',
    ],
    [
      {
        decided: 12_003,
        firesNow: 1,
        noLongerFires: 2,
        other: 2,
        alike: 11_998,
      },
      '12,003 events: 1 fires now that did not, 2 no longer fire, 2 differ in another way, 11,998 alike.',
    ],
    [
      { decided: 3, waiting: 2, alike: 1 },
      '3 events: 2 still waiting, 1 alike.',
    ],
  ])('%j: %s', (progress, words) => {
    expect(replayInWords({ ...nothing, ...progress })).toBe(words);
  });
});
