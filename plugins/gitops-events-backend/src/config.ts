import { join, resolve } from 'node:path';
import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  Boundary,
  RepositoryGrant,
} from '@gitops-events/plugin-gitops-events-sensors';
import { configuredSecrets, type Secrets } from './secrets/secrets';
import { defaultChangeLimits, type ChangeLimits } from './policy/changeSize';
import {
  readApprovals,
  readPolicies,
  type PolicyConfig,
} from './policy/readPolicies';
import {
  readValidation,
  type ValidationConfig,
} from './validate/readValidation';
import { readStale, readSyncing } from './change/readTimes';
import type { StaleAfter } from './change/staleness';
import { readSigning, type SigningConfig } from './git/signing/readSigning';
import { readIngresses, type Ingress } from './readIngresses';
import { readSources, type SourceConfig } from './sources/pull/readSources';
import { readRetention, type Retention } from './retention/readRetention';
import { readFreezes, type Freeze } from './schedule/freeze';

export type { Boundary, Ingress, PolicyConfig };

/** Configuration as read at the start, and followed where it may change; `config.d.ts` documents each key. */
export interface GitopsEventsConfig {
  /** The least that the database must keep. */
  durability: 'disk' | 'relaxed';
  /** What stands before the log; `embedded`: nothing. */
  bus: { kind: string; relaxed: boolean };
  ingresses: Ingress[];
  /** Event sources that are pulled. */
  sources: SourceConfig[];
  boundaries: Boundary[];
  targets: Record<string, TargetConfig>;
  policies: PolicyConfig[];
  /** Places that a person has to approve changes of, beside our own list. */
  protectedPaths?: string[];
  changeLimits?: ChangeLimits;
  validation?: ValidationConfig;
  sensors: {
    locations: Array<{ folder: string } | { url: string }>;
    refreshSeconds: number;
  };
  local: {
    directory: string;
    repositories: Array<{ name: string; seed?: string; branch: string }>;
    /** The key of signed commits; without it they are not signed. */
    signing?: SigningConfig;
  };
  audit: AuditConfig;
  directory: {
    applications: Array<{
      name: string;
      repository: string;
      branch: string;
      path: string;
      folder: string;
    }>;
  };
  /** What `${{ secrets.name }}` stands for; without it there are none. */
  secrets?: Secrets;
  limits: Limits;
  /** How long what is no longer needed is kept. */
  retention: Retention;
  author: { name: string; email: string };
  /** When a pull request that nobody decides about is reminded of, and closed. */
  stale: StaleAfter;
  /** How long newer runs of a change key wait for its sync, at most. */
  syncing: { waitMs: number };
  /** Base URL of the portal, without a trailing slash. */
  appBaseUrl: string;
}

export interface AuditConfig {
  /** The bare repository that holds the audit ref. */
  repository: string;
  /** Milliseconds between two anchors, where there is something new. */
  everyMs: number;
  /** So many rows of the chain make one due at once. */
  rows: number;
}

export interface TargetConfig {
  class: 'dev' | 'staging' | 'production';
  mode: 'observe' | 'propose' | 'auto';
  /** People who have to approve each change to it; with them none merges itself. */
  approvals?: number;
  /** When nothing may begin there. */
  freeze?: Freeze[];
}

export interface Limits {
  eventBytes: number;
  requestBytes: number;
  batchEvents: number;
  /** From one principal, by each replica. */
  eventsPerMinute: number;
  expressionMs: number;
  expressionHeapMb: number;
  sensorKeys: number;
}

const modes = ['observe', 'propose', 'auto'] as const;
const targetClasses = ['dev', 'staging', 'production'] as const;

/** @throws InputError that names the key to mend. */
export function readConfig(root: RootConfigService): GitopsEventsConfig {
  const config = root.getOptionalConfig('gitopsEvents');
  const list = (key: string) => config?.getOptionalConfigArray(key) ?? [];
  const names = (key: string) => config?.getOptionalConfig(key)?.keys() ?? [];
  const number = (key: string, fallback: number) =>
    config?.getOptionalNumber(key) ?? fallback;
  const ingresses = readIngresses(config);

  return {
    durability: oneOf(
      config?.getOptionalString('durability') ?? 'disk',
      ['disk', 'relaxed'],
      'gitopsEvents.durability',
    ),
    bus: {
      kind: config?.getOptionalString('bus.kind') ?? 'embedded',
      relaxed: config?.getOptionalString('bus.durability') === 'relaxed',
    },
    ingresses,
    sources: readSources(config, ingresses),
    boundaries: list('boundaries').map(boundary => ({
      owner: boundary.getString('owner'),
      ingresses: boundary.getStringArray('ingresses'),
      actions: boundary.getStringArray('actions'),
      repositories: boundary.getConfigArray('repositories').map(readGrant),
      reads: (boundary.getOptionalConfigArray('reads') ?? []).map(readGrant),
      environments: boundary.getOptionalStringArray('environments') ?? [],
      secrets: boundary.getOptionalStringArray('secrets') ?? [],
      merge: boundary.getOptionalBoolean('merge') ?? false,
      direct: boundary.getOptionalBoolean('direct') ?? false,
    })),
    targets: Object.fromEntries(
      names('targets').map(name => {
        const target = config!.getConfig('targets').getConfig(name);
        return [
          name,
          {
            class: oneOf(
              target.getString('class'),
              targetClasses,
              `gitopsEvents.targets.${name}.class`,
            ),
            mode: oneOf(
              target.getOptionalString('mode') ?? 'propose',
              modes,
              `gitopsEvents.targets.${name}.mode`,
            ),
            approvals: readApprovals(
              target,
              `gitopsEvents.targets.${name}.approvals`,
            ),
            freeze: readFreezes(target, `gitopsEvents.targets.${name}`),
          },
        ];
      }),
    ),
    secrets: configuredSecrets(root),
    policies: readPolicies(list('policies')),
    validation: readValidation(config?.getOptionalConfig('validation')),
    protectedPaths: config?.getOptionalStringArray('protectedPaths') ?? [],
    changeLimits: {
      files: number('changeLimits.files', defaultChangeLimits.files),
      lines: number('changeLimits.lines', defaultChangeLimits.lines),
      bytes: number('changeLimits.bytes', defaultChangeLimits.bytes),
    },
    sensors: {
      locations: (
        config?.getOptionalConfigArray('sensors.locations') ?? []
      ).map(location => {
        const url = location.getOptionalString('url');
        return url
          ? { url }
          : { folder: resolve(location.getString('folder')) };
      }),
      refreshSeconds: number('sensors.refreshSeconds', 30),
    },
    audit: readAudit(root),
    local: {
      directory: localDirectory(root),
      repositories: (
        config?.getOptionalConfigArray('local.repositories') ?? []
      ).map(repository => ({
        name: repository.getString('name'),
        seed: optionalPath(repository.getOptionalString('seed')),
        branch: repository.getOptionalString('branch') ?? 'main',
      })),
      signing: readSigning(config?.getOptionalConfig('local.signing')),
    },
    directory: {
      applications: (
        config?.getOptionalConfigArray('directory.applications') ?? []
      ).map(application => ({
        name: application.getString('name'),
        repository: application.getString('repo'),
        branch: application.getOptionalString('branch') ?? 'main',
        path: application.getOptionalString('path') ?? '.',
        folder: resolve(application.getString('folder')),
      })),
    },
    limits: {
      eventBytes: number('limits.eventBytes', 262_144),
      requestBytes: number('limits.requestBytes', 1_048_576),
      batchEvents: number('limits.batchEvents', 1000),
      eventsPerMinute: atLeastOne(
        number('limits.eventsPerMinute', 120_000),
        'gitopsEvents.limits.eventsPerMinute',
      ),
      expressionMs: number('limits.expressionMs', 250),
      expressionHeapMb: number('limits.expressionHeapMb', 128),
      sensorKeys: number('limits.sensorKeys', 250_000),
    },
    retention: readRetention(config),
    author: {
      name: config?.getOptionalString('author.name') ?? 'GitOps Events',
      email:
        config?.getOptionalString('author.email') ?? 'gitops-events@localhost',
    },
    stale: readStale(config),
    syncing: readSyncing(config),
    appBaseUrl: (root.getOptionalString('app.baseUrl') ?? '').replace(
      /\/$/,
      '',
    ),
  };
}

function readGrant(
  grant: ReturnType<RootConfigService['getConfig']>,
): RepositoryGrant {
  return {
    repo: grant.getString('repo'),
    branches: grant.getStringArray('branches'),
    paths: grant.getStringArray('paths'),
  };
}

function atLeastOne(value: number, key: string): number {
  if (!(value >= 1)) throw new InputError(`${key} is ${value}; use 1 or more`);
  return value;
}

function oneOf<T extends string>(
  value: string,
  allowed: readonly T[],
  key: string,
): T {
  if (!allowed.includes(value as T)) {
    throw new InputError(
      `${key} is "${value}"; use one of ${allowed.join(', ')}`,
    );
  }
  return value as T;
}

function optionalPath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function localDirectory(root: RootConfigService): string {
  return resolve(
    root.getOptionalString('gitopsEvents.local.directory') ??
      '.data/repositories',
  );
}

function readAudit(root: RootConfigService): AuditConfig {
  const key = 'gitopsEvents.audit';
  return {
    repository: resolve(
      root.getOptionalString(`${key}.repository`) ??
        join(localDirectory(root), 'gitops-events-audit.git'),
    ),
    everyMs: (root.getOptionalNumber(`${key}.everySeconds`) ?? 60) * 1_000,
    rows: root.getOptionalNumber(`${key}.rows`) ?? 1_000,
  };
}
