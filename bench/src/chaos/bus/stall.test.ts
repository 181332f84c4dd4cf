import { CLAIM_MS } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/claimClock';
import type { Site } from './disturbance';
import { stall } from './stall';

describe('stall', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const site = (everyPartition: () => Promise<void>) => {
    const signals: string[] = [];
    return {
      signals,
      site: {
        ...{ bus: { replicas: 3 }, room: { quick: true, log: () => {} } },
        run: {
          fleet: { signal: (_: number, name: string) => signals.push(name) },
          recovery: { everyPartition },
          tellActivity: async () => {},
        },
      } as unknown as Site,
    };
  };

  it('wakes a replica when its claims are over, however soon others go on', async () => {
    const { signals, site: at } = site(async () => {});
    const done = stall.disturb(at);
    await jest.advanceTimersByTimeAsync(CLAIM_MS + 1_000);
    expect(signals).toEqual(['SIGSTOP']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await done).toEqual({ stall: 3 });
    expect(signals).toHaveLength(6);
  });

  it('counts each that nobody took over from, and wakes it nevertheless', async () => {
    const { signals, site: at } = site(() => new Promise(() => {}));
    const done = stall.disturb(at);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await done).toEqual({ stall: 3, notTakenOver: 3 });
    expect(signals.filter(name => name === 'SIGCONT')).toHaveLength(3);
  });
});
