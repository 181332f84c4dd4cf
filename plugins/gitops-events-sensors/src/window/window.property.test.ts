import fc from 'fast-check';
import * as windows from '.';
import {
  fatesByEngine,
  fatesByModel,
  streams,
} from '../__testUtils__/againstModel';

describe('windows and their reference model', () => {
  it('agree on every event, whenever timers fire and the process restarts', () => {
    fc.assert(
      fc.property(streams, stream => {
        expect(fatesByEngine(windows, stream)).toEqual(fatesByModel(stream));
      }),
      { numRuns: 4_000 },
    );
  });

  it('let go of no event and fire none twice', () => {
    fc.assert(
      fc.property(streams, stream => {
        const fates = fatesByEngine(windows, stream);
        expect(Object.keys(fates)).toHaveLength(stream.arrivals.length);
        for (const [uid, fate] of Object.entries(fates)) {
          expect(fate).not.toContain(' and ');
          const fired = fate.includes('event-');
          expect(!fired || fate.split('+').includes(uid)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
