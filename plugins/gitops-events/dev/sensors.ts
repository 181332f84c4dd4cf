import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { iso } from './story';

const day = 86_400_000;

const yaml = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata:
  name: promote-image
  title: Promote image
  owner: group:default/platform
spec:
  mode: auto
  dependencies:
    - name: pushed
      ingress: registry
      type: harbor.artifact.pushed
      filter: event.data.resources[0].tag.matches("^v?[0-9]+[.][0-9]+[.][0-9]+$")
  dedupe:
    key: event.data.resources[0].digest
    for: 24h
  maxAge: 1h
  entity: component:default/\${{ params.service }}
  steps:
    - id: change
      action: git:change
      input:
        repo: local:deployments
        base: main
        edits:
          - kind: yaml
            file: apps/\${{ params.service }}/values.yaml
            set: { image.tag: "\${{ params.tag }}" }
    - id: sync
      action: sync:wait
      timeout: 10m
`;

function sensor(
  now: number,
  name: string,
  title: string,
  more: Partial<SensorDetail>,
): SensorDetail {
  const revision = 'revision' in more ? more.revision : 4;
  return {
    name,
    title,
    owner: 'group:default/platform',
    mode: 'auto',
    paused: false,
    location: `examples/sensors/${name}.yaml`,
    problems: [],
    dependencies: [
      {
        name: 'pushed',
        ingress: 'registry',
        type: 'harbor.artifact.pushed',
        filter:
          'event.data.resources[0].tag.matches("^v?[0-9]+[.][0-9]+[.][0-9]+$")',
      },
    ],
    steps: [
      { id: 'change', action: 'git:change' },
      { id: 'sync', action: 'sync:wait' },
    ],
    counts: { fired: 0, notMatched: 0, suppressed: 0, held: 0 },
    memory: { keys: 47, limit: 250_000 },
    lag: 0,
    updatedAt: iso(now - day),
    version: 1,
    yaml: yaml
      .replaceAll('promote-image', name)
      .replace('Promote image', title),
    bounds: [
      'Merges by itself what the policies pass',
      'Once in 24h for the same event.data.resources[0].digest',
      'Only events up to 1h old',
    ],
    does: [
      'Changes local:deployments, branch main',
      'Waits up to 10m until what it changed is applied and healthy',
    ],
    revisions: Array.from({ length: revision ?? 0 }, (_, index) => ({
      revision: (revision ?? 0) - index,
      createdAt: iso(now - day * (1 + index * 4)),
      digest: `${index}f9c2ab48d1e77${index}`.padEnd(64, 'a'),
    })),
    ...more,
    revision,
  };
}

/** Sensors in each state one can meet them in. */
export const exampleSensors = (now: number): SensorDetail[] => [
  sensor(now, 'app-provisioning', 'Application environments', {
    description:
      'Turns the form “Create an application environment” into a folder of manifests.',
    revision: 7,
    dependencies: [
      {
        name: 'requested',
        ingress: 'portal',
        type: 'dev.gitops-events.environment.requested',
        filter:
          'event.entityref == "component:default/" + event.data.application',
      },
    ],
    counts: { fired: 12, notMatched: 0, suppressed: 1, held: 0 },
    memory: { keys: 231_406, limit: 250_000 },
    lag: 350,
  }),
  sensor(now, 'promote-image', 'Promote image', {
    description:
      'Writes the tag of a pushed image into the values of its service.',
    counts: { fired: 47, notMatched: 210, suppressed: 6, held: 4 },
    refusedYaml: yaml.replace('maxAge: 1h', 'maxage: 30m'),
    problems: [
      {
        rule: 'unknown-field',
        severity: 'error',
        message: 'Unknown field `maxage`. Did you mean `maxAge`?',
        line: 17,
        column: 3,
      },
    ],
  }),
  sensor(now, 'scale-on-load', 'Scale on load', {
    description: 'Follows a business metric with the number of replicas.',
    owner: 'group:default/shop',
    counts: { fired: 31, notMatched: 412, suppressed: 18, held: 31 },
    breaker: {
      state: 'open',
      openedAt: iso(now - 4 * 60_000),
      until: iso(now + 11 * 60_000),
      failures: 5,
      reason: {
        code: 'policyDenied',
        message: 'Policy “max 3 replicas in staging” denied it: 8 replicas.',
      },
      scopes: ['component:default/shop-web'],
      version: 5,
    },
  }),
  sensor(now, 'slo-remediation', 'SLO remediation', {
    description: 'Restarts the sync of a service that breaks its objective.',
    counts: { fired: 2, notMatched: 9, suppressed: 0, held: 1 },
    paused: true,
    dependencies: [
      {
        name: 'degraded',
        ingress: 'alertmanager',
        type: 'io.prometheus.alert.firing',
        filter:
          'event.data.labels.severity == "critical" && event.data.labels.objective.startsWith("latency-p99-of-the-checkout-service")',
      },
      {
        name: 'deployed',
        ingress: 'argocd',
        type: 'io.argoproj.application.synced',
      },
      { name: 'muted', type: 'io.prometheus.alert.silenced.*' },
    ],
    condition: 'degraded && deployed && !muted',
    bounds: [
      'Merges by itself what the policies pass',
      'Waits up to 5m for degraded && deployed && !muted, for each event.entityref',
      'At most 3 times in 1h; the rest waits its turn, up to 1h',
    ],
    does: ['Asks Argo CD to sync the application again'],
    steps: [{ id: 'sync', action: 'sync:request' }],
  }),
  sensor(now, 'audit-trail', 'Audit trail', {
    description: 'Records what people push by hand.',
    mode: 'observe',
    revision: 1,
    agreement: { agreed: 41, of: 44 },
    counts: { fired: 3, notMatched: 254, suppressed: 0, held: 0 },
  }),
  sensor(now, 'tenant-onboarding', 'Tenant onboarding', {
    description: 'Prepares folders and quotas of a new team.',
    revision: undefined,
    mode: 'propose',
    problems: [
      {
        rule: 'cel-syntax',
        severity: 'error',
        message: 'This expression does not end: `)` is missing.',
        line: 13,
        column: 15,
      },
    ],
  }),
];

/** The text of a revision: each changed the pattern of the tags, or how old an event may be. */
export function exampleRevisionText(of: SensorDetail, revision: number) {
  if (revision === of.revision) return of.yaml;
  return of.yaml
    .replace('maxAge: 1h', `maxAge: ${revision}0m`)
    .replace('^v?[0-9]+', revision % 2 ? '^[0-9]+' : '^v[0-9]+');
}
