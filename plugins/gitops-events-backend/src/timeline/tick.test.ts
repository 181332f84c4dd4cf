import type { SignalPayload } from '@backstage/plugin-signals-node';
import { Nudges } from '../nudges';
import { startTicks } from './tick';
import { silentLogger } from '../__testUtils__/testLogger';

class RecordedSignals {
  readonly sent: SignalPayload[] = [];
  broken = false;

  async publish(signal: SignalPayload<any>) {
    this.sent.push(signal);
    if (this.broken) throw new Error('no connection');
  }
}

describe('ticks', () => {
  const nudges = new Nudges();
  let signals: RecordedSignals;
  let stop: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    signals = new RecordedSignals();
    stop = startTicks({ nudges, signals, logger: silentLogger() });
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  it('tell the first news at once, and the rest of a gap together at its end', () => {
    for (let n = 0; n < 50; n += 1) nudges.send('timeline', 'changes');
    expect(signals.sent).toHaveLength(1);

    jest.advanceTimersByTime(100);
    expect(signals.sent).toHaveLength(2);

    jest.advanceTimersByTime(1_000);
    expect(signals.sent).toHaveLength(2);

    nudges.send('sensors');
    expect(signals.sent).toHaveLength(3);
  });

  it('carry nothing but a number', () => {
    nudges.send('timeline');

    expect(signals.sent).toEqual([
      {
        recipients: { type: 'broadcast' },
        channel: 'gitops-events',
        message: { tick: 1 },
      },
    ]);
  });

  it('go on when one cannot be sent', async () => {
    signals.broken = true;
    nudges.send('timeline');
    await jest.advanceTimersByTimeAsync(100);
    nudges.send('timeline');

    expect(signals.sent).toHaveLength(2);
  });

  it('end when stopped', () => {
    nudges.send('timeline');
    nudges.send('timeline');
    stop();
    jest.advanceTimersByTime(1_000);
    nudges.send('timeline');

    expect(signals.sent).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
