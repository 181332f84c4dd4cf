import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import { exampleId, type Story } from '../story';
import { alert } from './alert';
import { passed, valuesFile } from './parts';
import { promotion } from './promotion';

const minute = 60_000;

const deniedVerdicts = (replicas: number): Verdict[] => [
  {
    check: 'Max 3 replicas in staging',
    verdict: 'deny',
    reasons: [
      `It asks for ${replicas} replicas; staging allows 3. Ask for 3, or ask platform for an exemption.`,
    ],
  },
  ...passed.slice(0, 3),
];

/** A request that policy denied. */
export function denied(index: number): Story {
  const name = `shop-web-load-${index}`;
  const replicas = 4 + (index % 5);
  return {
    title: `Scale shop-web to ${replicas} replicas`,
    requestedBy: 'prometheus',
    source: '/prometheus/business-metrics',
    type: 'io.prometheus.query.crossed',
    subject: name,
    entityRef: 'component:default/shop-web',
    sensor: 'scale-on-load',
    sensorTitle: 'Scale on load',
    owner: 'group:default/shop',
    principal: 'plugin:prometheus',
    ingress: 'prometheus',
    environment: 'staging',
    data: { metric: 'carts_per_second', value: 40 + index, replicas },
    lines: [
      [
        0,
        'eventReceived',
        {
          source: '/prometheus/business-metrics',
          type: 'io.prometheus.query.crossed',
          subject: name,
        },
      ],
      [
        11,
        'sensorFired',
        { sensor: 'scale-on-load', revision: 3, mode: 'auto' },
      ],
      [28, 'changeRendered', { files: 1, additions: 1, deletions: 1 }],
      [9, 'policyJudged', { verdicts: deniedVerdicts(replicas) }],
      [
        2,
        'held',
        {
          reason: {
            code: 'policyDenied',
            message: 'Policy “max 3 replicas in staging” denied it',
          },
        },
      ],
    ],
    change: {
      pullRequest: 0,
      approvalsNeeded: 0,
      approvals: [],
      verdicts: deniedVerdicts(replicas),
      files: [
        {
          path: 'apps/shop-web/values.yaml',
          before: valuesFile('shop/web', '4.0.2', 3),
          after: valuesFile('shop/web', '4.0.2', replicas),
        },
      ],
    },
  };
}

/** A registry that sends an event without the field that the template needs. */
export function broken(index: number): Story {
  const story = promotion({
    service: 'shop-search',
    tag: `nightly-${index}`,
    from: '2.3.9',
    pullRequest: 0,
  });
  return {
    ...story,
    data: {
      repository: { repo_full_name: 'shop/search' },
      resources: [{ digest: `sha256:${exampleId(String(index))}` }],
    },
    change: undefined,
    lines: [
      story.lines[0],
      story.lines[1],
      [
        6,
        'held',
        {
          reason: {
            code: 'templateFailed',
            message:
              'Template failed: `event.data.resources[0].tag` is missing',
          },
        },
      ],
    ],
  };
}

/** A remediation that waited longer than it may. */
export function waitedTooLong(): Story {
  const story = alert();
  return {
    ...story,
    title: 'Latency alert: restart the sync of payments-api',
    entityRef: 'component:default/payments-api',
    lines: [
      story.lines[0],
      story.lines[1],
      [
        30 * minute,
        'held',
        {
          reason: {
            code: 'maxHold',
            message:
              'Waited longer than 30 min: the circuit breaker of slo-remediation is open',
          },
        },
      ],
    ],
  };
}
