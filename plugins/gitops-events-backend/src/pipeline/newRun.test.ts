import type { Firing } from '@gitops-events/plugin-gitops-events-sensors';
import { windowRun } from './newRun';
import { testSensor } from './testSensor';

const minute = 60_000;
const now = Date.UTC(2026, 0, 15, 12);
const target = { environment: 'production' };
const sensor = {
  name: 'deploy',
  revision: 1,
  definition: testSensor('deploy', { target }),
};
const freeze = {
  ...{ from: 0, to: now + 1_000 * minute },
  ...{ timeZone: 'UTC', reason: 'inventory' },
};
const config = {
  ingresses: [],
  boundaries: [],
  targets: {
    production: { class: 'production', mode: 'auto', freeze: [freeze] },
  },
} as unknown as Parameters<typeof windowRun>[0]['config'];

const runOf = (more: Partial<Firing>) => {
  const firing: Firing = {
    events: [{ dependency: 'pushed', uid: 'event' }],
    windowKey: 'shop',
    at: now,
    ...more,
  };
  return windowRun({ firing, sensor, config, now, owners: new Map() });
};

describe('a run that is made in a freeze', () => {
  it('waits for its end, found by those who lift it', () => {
    expect(runOf({})).toMatchObject({
      topic: expect.stringMatching(/^schedule /),
      dueAt: freeze.to,
      reason: { code: 'freeze' },
    });
  });

  it('waits for a rate limit first, which no lifted freeze shortens', () => {
    const reason = { code: 'rateLimited', message: 'Waits.' };
    const until = now + 5 * minute;
    const run = runOf({ delayed: { until, reason } });
    expect(run).toMatchObject({ dueAt: until, reason });
    expect(run.topic).toBeUndefined();
  });
});
