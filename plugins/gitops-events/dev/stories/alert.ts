import type { Story } from '../story';
import { application } from './parts';

/** An alert restarts a sync, which does not help. */
export function alert(): Story {
  const commit = '3f9c2ab4'.padEnd(40, '1');
  return {
    title: 'Latency alert: restart the sync of shop-api',
    requestedBy: 'alertmanager',
    source: '/alertmanager/main',
    type: 'io.prometheus.alert.firing',
    subject: 'HighLatency',
    entityRef: 'component:default/shop-api',
    sensor: 'slo-remediation',
    sensorTitle: 'SLO remediation',
    owner: 'group:default/platform',
    principal: 'external:alertmanager',
    ingress: 'alertmanager',
    environment: 'production',
    data: {
      labels: { alertname: 'HighLatency', service: 'shop-api' },
      value: 1.84,
    },
    lines: [
      [
        0,
        'eventReceived',
        {
          source: '/alertmanager/main',
          type: 'io.prometheus.alert.firing',
          subject: 'HighLatency',
        },
      ],
      [
        14,
        'sensorFired',
        { sensor: 'slo-remediation', revision: 2, mode: 'auto' },
      ],
      [220, 'syncStarted', application('apps/shop-api', commit)],
      [
        9_400,
        'retry',
        {
          reason: {
            code: 'syncDegraded',
            message: 'apps/shop-api is degraded: 1 of 3 pods ready',
          },
          attempt: 1,
          atMs: 0,
        },
      ],
      [4_000, 'syncStarted', application('apps/shop-api', commit)],
      [
        12_800,
        'syncFailed',
        {
          ...application('apps/shop-api', commit),
          message: 'still degraded, 1 of 3 pods ready',
        },
      ],
      [
        6,
        'runEnded',
        {
          end: 'failed',
          reason: {
            code: 'syncFailed',
            message:
              'The application is still degraded. Nothing in Git was changed. Look at its pods, then restart the sync in Argo CD.',
          },
        },
      ],
    ],
  };
}
