import type { GitopsEventsConfig } from '../config';
import { defaultRetention } from '../retention/readRetention';

export const testConfig: GitopsEventsConfig = {
  durability: 'disk',
  bus: { kind: 'embedded', relaxed: false },
  ingresses: [
    {
      name: 'test',
      principals: ['external:test'],
      sources: ['/test'],
      types: ['test.*'],
      entities: ['component:default/*'],
      partitions: 1,
    },
  ],
  sources: [],
  boundaries: [
    {
      owner: 'group:default/platform',
      ingresses: ['test'],
      actions: ['*'],
      repositories: [
        {
          repo: 'local:deployments',
          branches: ['main', 'gone'],
          paths: ['apps/', 'environments/'],
        },
      ],
      environments: ['*'],
      merge: true,
    },
  ],
  targets: {
    staging: { class: 'staging', mode: 'auto' },
    production: { class: 'production', mode: 'propose' },
  },
  policies: [],
  sensors: { locations: [], refreshSeconds: 30 },
  local: { directory: '', repositories: [] },
  audit: { repository: '', everyMs: 60_000, rows: 1_000 },
  directory: { applications: [] },
  limits: {
    eventBytes: 262_144,
    requestBytes: 1_048_576,
    batchEvents: 1000,
    eventsPerMinute: 120_000,
    expressionMs: 2_000,
    expressionHeapMb: 128,
    sensorKeys: 250_000,
  },
  retention: defaultRetention,
  syncing: { waitMs: 60_000 },
  stale: { remindMs: 7 * 86_400_000, closeMs: 14 * 86_400_000 },
  author: { name: 'GitOps Events', email: 'gitops-events@localhost' },
  appBaseUrl: 'http://localhost:3000',
};
