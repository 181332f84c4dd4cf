import { mockServices } from '@backstage/backend-test-utils';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { testSensor } from '../pipeline/testSensor';
import { createFolderRehearsals } from './folderRehearsals';

jest.setTimeout(60_000);

const config = () =>
  mockServices.rootConfig({
    data: {
      gitopsEvents: {
        ingresses: {
          registry: {
            principals: ['external:registry'],
            sources: ['/registry'],
            types: ['io.example.*'],
          },
        },
        boundaries: [
          {
            owner: 'group:default/platform',
            ingresses: ['registry'],
            actions: ['*'],
            repositories: [],
            environments: ['*'],
          },
        ],
        targets: {
          staging: { class: 'staging' },
          production: {
            class: 'production',
            freeze: [
              { from: '2026-12-18', to: '2027-01-03', reason: 'year end' },
            ],
          },
        },
      },
    },
  });
const office = { active: [{ days: ['mon-fri'], from: '08:00', to: '18:00' }] };

/** What runs would wait for, or be held for, by the place of their last event. */
async function begin(
  spec: Partial<SensorInput['spec']>,
  events: Array<{ at: string; data?: object }>,
) {
  const rehearsals = createFolderRehearsals({
    sensors: [testSensor('deploy', spec)],
    folders: {},
    config: config(),
  });
  try {
    const decisions = await rehearsals.run(
      events.map(({ at, data = {} }) => ({
        event: { type: 'io.example.pushed', data },
        ingress: 'registry',
        acceptedAt: Date.parse(at),
      })),
    );
    return decisions.map(({ outcome, run }) =>
      run ? (run.held?.message ?? run.waits?.message ?? 'begins') : outcome,
    );
  } finally {
    await rehearsals.stop();
  }
}

describe('when a rehearsed run would begin', () => {
  it('says that it is held outside of its hours, and when they begin', async () => {
    expect(
      await begin({ schedule: { ...office, outside: 'hold' } }, [
        { at: '2026-11-20T17:59:00Z' },
        { at: '2026-11-20T18:00:00Z' },
      ]),
    ).toEqual([
      'begins',
      expect.stringMatching(
        /outside the active hours of deploy, which begin again Mon 23 Nov 2026 08:00 UTC/,
      ),
    ]);
  });

  it('asks for the moment at which a window closes, not that of its last event', async () => {
    const window = { batch: { within: '2h' } };
    expect(
      await begin({ schedule: office, window }, [
        { at: '2026-11-20T17:00:00Z' },
        { at: '2026-11-20T17:30:00Z' },
        { at: '2026-11-20T20:00:00Z' },
      ]),
    ).toEqual([
      'fired',
      'Waits until Mon 23 Nov 2026 08:00 UTC: outside the active hours of deploy.',
      'waiting',
    ]);
  });

  it('asks for the freeze of the target that a window comes to', async () => {
    expect(
      await begin(
        {
          target: { environment: '${{ event.data.environment }}' },
          window: {
            key: 'event.data.environment',
            count: { of: 2, within: '1h' },
          },
        },
        ['staging', 'production', 'staging', 'production'].map(
          (environment, n) => ({
            at: `2026-12-20T10:0${n}:00Z`,
            data: { environment },
          }),
        ),
      ),
    ).toEqual([
      'fired',
      'fired',
      'begins',
      'Waits until Mon 4 Jan 2027 00:00 UTC: frozen, year end.',
    ]);
  });

  it('asks for the moment to which a limit delays it', async () => {
    expect(
      await begin(
        { schedule: office, rateLimit: { max: 1, per: '30m', atMost: '2h' } },
        [{ at: '2026-11-20T17:50:00Z' }, { at: '2026-11-20T17:51:00Z' }],
      ),
    ).toEqual([
      'begins',
      'Waits until Mon 23 Nov 2026 08:00 UTC: outside the active hours of deploy.',
    ]);
  });
});
