import type { Ingress } from '@gitops-events/plugin-gitops-events-backend/src/config';
import type { ReceivedEvent } from '@gitops-events/plugin-gitops-events-backend/src/sources/envelope';

/** Who may bring the events of the benchmarks. */
export const sampleIngress: Ingress = {
  name: 'registry',
  principals: ['external:registry'],
  sources: ['/registry/*'],
  types: ['io.registry.*'],
  entities: [],
  partitions: 1,
};

/** Another one, that a storm in the first shall not slow. */
export const quietIngress: Ingress = {
  ...sampleIngress,
  name: 'alerts',
  sources: ['/alerts/*'],
  types: ['io.alerts.*'],
};

export const samplePrincipal = {
  $$type: '@backstage/BackstageCredentials',
  principal: { type: 'service', subject: 'external:registry' },
} as const;

// With its attributes about 900 bytes a row, as a webhook of a registry has them.
const resource = {
  digest: `sha256:${'5f0c2d'.repeat(10)}`,
  resource_url: `registry.example.com/shop/api@sha256:${'5f0c2d'.repeat(10)}`,
};
const payload = {
  repository: { name: 'api', namespace: 'shop', repo_full_name: 'shop/api' },
  operator: 'robot$builder',
  labels: Array.from({ length: 12 }, (_, n) => `build-label-number-${n}`),
  resources: [resource],
};

/** An event like no other; events of one subject have an order. */
export function sampleEvent(n: number, subject?: string): ReceivedEvent {
  return {
    id: `push-${n}`,
    source: '/registry/shop',
    type: 'io.registry.artifact.pushed',
    subject,
    time: '2026-11-21T08:00:00Z',
    dataContentType: 'application/json',
    extensions: {},
    depth: 0,
    data: Buffer.from(JSON.stringify({ ...payload, tag: `1.0.${n}` })),
  };
}

/** As {@link sampleEvent}, of the other ingress. */
export function quietEvent(n: number): ReceivedEvent {
  return {
    ...sampleEvent(n),
    id: `alert-${n}`,
    source: '/alerts/shop',
    type: 'io.alerts.firing',
  };
}
