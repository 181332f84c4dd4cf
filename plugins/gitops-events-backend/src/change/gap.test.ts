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
      window = nextWindow(window, now, 1 + (now - pendingSince) / 5);
      pendingSince = undefined;
    }
    expect(flushes[0]).toBe(100_000);
    expect(flushes.length).toBeLessThan(12);
  });

  it('forgets the storm after a quiet spell', () => {
    const window = nextWindow({ sealedAt: 1_000, gapMs: 6_400 }, 100_000, 9);
    expect(window.gapMs).toBe(100);
  });

  it('does not slow single events that follow each other', () => {
    let window = idle;
    for (let now = 100_000; now < 160_000; now += 700) {
      expect(flushAt(window, now + 10_000)).toBeLessThanOrEqual(now);
      window = nextWindow(window, now, 1);
    }
  });
});
