import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitopsEventsConfig } from '@gitops-events/plugin-gitops-events-backend/src/config';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { stringify } from 'yaml';
import { writeSeed } from '../repository/seed';
import { quietIngress, sampleIngress } from './sampleEvent';

export const repository = 'local:deployments';
export const application = 'apps';

/** The repositories, sensors and folders of one installation, below one folder. */
export function foldersOf(folder: string) {
  return {
    sensors: path.join(folder, 'sensors'),
    seed: path.join(folder, 'seed'),
    repositories: path.join(folder, 'repositories'),
    bare: path.join(folder, 'repositories/deployments.git'),
    /** Where the tracker applies what is merged. */
    target: path.join(folder, 'target'),
  };
}

/** Writes sensors and seed; an installation can start on them then. */
export async function prepareFolders(
  folder: string,
  options: { sensors: SensorInput[]; applications: number },
): Promise<void> {
  const folders = foldersOf(folder);
  await mkdir(folders.sensors, { recursive: true });
  for (const sensor of options.sensors) {
    const file = path.join(folders.sensors, `${sensor.metadata.name}.yaml`);
    await writeFile(file, stringify(sensor));
  }
  await writeSeed(folders.seed, options.applications);
}

/** Embedded defaults, with all that the sensors of the benchmarks need granted. */
export function spineConfig(
  folder: string,
  options: {
    /** What the sensors may change. */
    repository?: string;
    broker?: { kind: string };
    /** Of each ingress. */
    partitions?: number;
    /** How often the heads of the chain are anchored, in milliseconds. */
    anchorMs?: number;
  } = {},
): GitopsEventsConfig {
  const folders = foldersOf(folder);
  const { repository: changed = repository, broker, partitions = 1 } = options;
  return {
    durability: 'disk',
    bus: { kind: broker?.kind ?? 'embedded', relaxed: broker !== undefined },
    ingresses: [sampleIngress, quietIngress].map(ingress => ({
      ...{ ...ingress, partitions },
    })),
    sources: [],
    boundaries: [
      {
        owner: 'group:default/platform',
        ingresses: [sampleIngress.name, quietIngress.name],
        actions: ['*'],
        repositories: [{ repo: changed, branches: ['main'], paths: ['apps/'] }],
        environments: ['*'],
        merge: true,
      },
    ],
    targets: { staging: { class: 'staging', mode: 'auto' } },
    policies: [],
    audit: {
      repository: path.join(folder, 'audit.git'),
      everyMs: options.anchorMs ?? 60_000,
      rows: 1_000,
    },
    sensors: {
      locations: [{ folder: folders.sensors }],
      refreshSeconds: 30,
    },
    local: {
      directory: folders.repositories,
      repositories: [
        { name: 'deployments', seed: folders.seed, branch: 'main' },
      ],
    },
    directory: {
      applications: [
        {
          name: application,
          repository,
          branch: 'main',
          path: 'apps',
          folder: folders.target,
        },
      ],
    },
    // A machine that does many things at once must not look like a slow expression.
    limits: {
      eventBytes: 262_144,
      requestBytes: 1_048_576,
      batchEvents: 1000,
      eventsPerMinute: 120_000,
      expressionMs: 5_000,
      expressionHeapMb: 128,
      sensorKeys: 250_000,
    },
    retention: {
      payloadDays: 30,
      identityDays: 35,
      decisionDays: 14,
      timelineDays: 400,
      replayDays: 14,
      leftoverDays: 30,
    },
    syncing: { waitMs: 60_000 },
    stale: { remindMs: 7 * 86_400_000, closeMs: 14 * 86_400_000 },
    author: { name: 'GitOps Events', email: 'gitops-events@localhost' },
    appBaseUrl: 'http://localhost:3000',
  };
}
