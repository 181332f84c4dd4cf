import { flushAt, nextWindow, type Window } from './gap';

const idle: Window = { sealedAt: 0, gapMs: 0 };

describe('window', () => {
  it('lets an idle repository flush at once', () => {
    expect(flushAt(idle, 70_000)).toBeLessThanOrEqual(60_000);
  });

  it('turns a storm of events every 5 ms for 20 s into few flushes, none later than asked', () => {
    let window = idle;
    let pendingSince: number | undefined;
    const flushes: number[] = [];
    for (let now = 100_000; now < 120_000; now += 5) {
      pendingSince ??= now;
      if (flushAt(window, pendingSince + 10_000) > now) continue;
      expect(now - pendingSince).toBeLessThanOrEqual(10_000);
      flushes.push(now);
      const runs = 1 + (now - pendingSince) / 5;
      window = nextWindow(window, now, { runs, since: pendingSince });
      pendingSince = undefined;
    }
    expect(flushes[0]).toBe(100_000);
    expect(flushes.length).toBeLessThan(12);
  });

  it('forgets the storm after a quiet spell', () => {
    const window = nextWindow({ sealedAt: 1_000, gapMs: 6_400 }, 100_000, {
      ...{ runs: 9, since: 99_900 },
    });
    expect(window.gapMs).toBe(100);
  });

  it('does not slow single events that follow each other', () => {
    let window = idle;
    for (let now = 100_000; now < 160_000; now += 700) {
      expect(flushAt(window, now + 10_000)).toBeLessThanOrEqual(now);
      window = nextWindow(window, now, { runs: 1, since: now });
    }
  });

  it('widens all the same where a host takes its time with each wave', () => {
    let window = idle;
    const flushes: number[] = [];
    let free = 0;
    for (let now = 1_000; now < 301_000; now += 100) {
      // Something is asked all the time, and may wait for a minute.
      const since = window.sealedAt + 100;
      if (now < free || flushAt(window, since + 60_000) > now) continue;
      flushes.push(now);
      window = nextWindow(window, now, { runs: 100, since });
      free = now + 5_000;
    }
    expect(flushes.length).toBeLessThan(15);
  });
});
