import { EventEmitter, once } from 'node:events';
import { startLoop, type Loop } from './loop';
import { silentLogger } from '../__testUtils__/testLogger';

const hour = 3_600_000;

/** A turn that a test can look at and wait for. */
function turns(answer: () => boolean | number) {
  const news = new EventEmitter();
  const seen = {
    count: 0,
    turn: async () => {
      seen.count += 1;
      news.emit('turn');
      await Promise.resolve();
      return answer();
    },
    /** Resolves to the count once that many turns have begun. */
    reach: async (wanted: number) => {
      while (seen.count < wanted) await once(news, 'turn');
      return seen.count;
    },
  };
  return seen;
}

describe('startLoop', () => {
  const logger = silentLogger();

  it('goes on while there is more to do', async () => {
    const look = turns(() => look.count < 5);
    const loop = startLoop({
      name: 'test',
      logger,
      pollMs: hour,
      turn: look.turn,
    });
    await look.reach(5);
    await loop.stop();
    expect(look.count).toBe(5);
  });

  it('looks again at a nudge, also at one that came during its turn', async () => {
    const running: { loop?: Loop } = {};
    const look = turns(() => {
      if (look.count === 1) running.loop?.nudge();
      return false;
    });
    const loop = startLoop({
      name: 'test',
      logger,
      pollMs: hour,
      turn: look.turn,
    });
    running.loop = loop;
    expect(await look.reach(2)).toBe(2);
    loop.nudge();
    expect(await look.reach(3)).toBe(3);
    await loop.stop();
  });

  it('polls without a nudge, sooner when told to', async () => {
    const look = turns(() => 1);
    const loop = startLoop({
      name: 'test',
      logger,
      pollMs: hour,
      turn: look.turn,
    });
    expect(await look.reach(3)).toBeGreaterThanOrEqual(3);
    await loop.stop();
  });

  it('outlives a turn that throws', async () => {
    const look = turns(() => {
      if (look.count < 3) throw new Error('lost the database');
      return false;
    });
    const loop = startLoop({
      name: 'test',
      logger,
      pollMs: hour,
      turn: look.turn,
    });
    await look.reach(3);
    await loop.stop();
    expect(logger.error).toHaveBeenCalledTimes(2);
  });

  it('stops at once while it pauses, and leaves no timer behind', async () => {
    const look = turns(() => false);
    const loop = startLoop({
      name: 'test',
      logger,
      pollMs: hour,
      turn: look.turn,
    });
    await look.reach(1);
    await loop.stop();
    loop.nudge();
    expect(look.count).toBe(1);
  });
});
