import fc from 'fast-check';
import * as engine from './decide';
import {
  fatesByEngine,
  fatesByModel,
  meanwhiles,
} from './__testUtils__/againstModel';
import { streams } from './__testUtils__/streams';

describe('the engine and the reference model of the language', () => {
  it('agree on every event, however late, often and by whom it is decided', () => {
    fc.assert(
      fc.property(streams, meanwhiles, (stream, meanwhile) => {
        const fates = fatesByEngine(engine, stream, meanwhile);
        expect(fates).toEqual(fatesByModel(stream));
      }),
      { numRuns: 4_000 },
    );
  });

  it('let go of no event and fire none twice', () => {
    fc.assert(
      fc.property(streams, meanwhiles, (stream, meanwhile) => {
        const fates = fatesByEngine(engine, stream, meanwhile);
        expect(Object.keys(fates)).toHaveLength(stream.arrivals.length);
        for (const [uid, fate] of Object.entries(fates)) {
          expect(fate).not.toContain(', ');
          const [events] = fate.split(' ');
          const fired = events.includes('event-');
          expect(!fired || events.split('+').includes(uid)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('come to every word of the language', () => {
    const words = fc
      .sample(streams, { numRuns: 4_000, seed: 1 })
      .flatMap(stream => Object.values(fatesByModel(stream)))
      .map(fate => fate.replace(/^event\S+ /, '').replace(/[0-9]+/, 'time'));
    expect([...new Set(words)].sort()).toEqual([
      'at once',
      'at time',
      'cooledDown',
      'crowdedOut',
      'debounced',
      'duplicate',
      'expired',
      'held',
      'notMatched',
      'outsideHours',
      'rateLimited',
      'reset',
      'tooOld',
    ]);
  });
});
