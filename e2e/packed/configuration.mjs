// The stock repository's app-config.yaml. JSON is YAML, and needs no care for quotes.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export const token = 'token-of-the-packed-test';

/** Writes it, and one beside it for the app on the old frontend system, which lives at its own address. */
export function writeConfiguration(folder, { backendPort, legacyPort }) {
  const url = `http://localhost:${backendPort}`;
  const legacyUrl = `http://localhost:${legacyPort}`;
  const write = (name, content) => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(content, null, 2));
    return file;
  };
  const config = write('app-config.yaml', {
    app: { title: 'Stock', baseUrl: url, packages: 'all' },
    organization: { name: 'Stock' },
    backend: backend({ folder, url, port: backendPort, origin: legacyUrl }),
    auth: {
      providers: { guest: { dangerouslyAllowOutsideDevelopment: true } },
    },
    permission: { enabled: true },
    catalog: {
      rules: [{ allow: ['Component', 'Group'] }],
      locations: [
        { type: 'file', target: path.join(folder, 'gitops/catalog.yaml') },
      ],
    },
    gitopsEvents: gitopsEvents(folder),
  });
  const legacyConfig = write('app-config.legacy.yaml', {
    app: { baseUrl: legacyUrl },
  });
  return { url, legacyUrl, config, legacyConfig };
}

function backend({ folder, url, port, origin }) {
  return {
    baseUrl: url,
    listen: { port, host: '127.0.0.1' },
    cors: { origin, credentials: true },
    csp: { 'connect-src': ["'self'", 'http:', 'https:', 'ws:'] },
    database: {
      client: 'better-sqlite3',
      connection: { directory: path.join(folder, 'data/db') },
    },
    auth: {
      externalAccess: [
        { type: 'static', options: { token, subject: 'registry' } },
      ],
    },
  };
}

function gitopsEvents(folder) {
  return {
    ingresses: {
      registry: {
        principals: ['external:registry'],
        sources: ['/registry'],
        types: ['image.*'],
        entities: ['component:default/*'],
      },
    },
    boundaries: [
      {
        owner: 'group:default/platform',
        ingresses: ['registry'],
        actions: ['git:change', 'sync:wait'],
        repositories: [
          { repo: 'local:deployments', branches: ['main'], paths: ['apps/'] },
        ],
        environments: ['*'],
        merge: true,
      },
    ],
    targets: { dev: { class: 'dev', mode: 'auto' } },
    sensors: { locations: [{ folder: path.join(folder, 'gitops/sensors') }] },
    local: {
      directory: path.join(folder, 'data/repositories'),
      repositories: [
        { name: 'deployments', seed: path.join(folder, 'gitops/deployments') },
      ],
    },
    directory: {
      applications: [
        {
          name: 'apps',
          repo: 'local:deployments',
          path: 'apps',
          folder: path.join(folder, 'data/target'),
        },
      ],
    },
  };
}
