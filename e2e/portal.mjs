// The portal on free ports with its data in a folder of its own: the app's development server,
// and the backend as a process that can be killed and started again.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
);
const startMs = 180_000;

export class Portal {
  /**
   * `database`: as the backend's configuration has it; by default SQLite files in the folder.
   * `more`: configuration of the plugin that is added to that of the example.
   */
  constructor({ folder, appPort, backendPort, database, more }) {
    this.folder = folder;
    this.url = `http://localhost:${appPort}`;
    this.backendUrl = `http://localhost:${backendPort}`;
    this.repository = path.join(folder, 'repositories/deployments.git');
    this.target = path.join(folder, 'target');
    this.token = 'token-of-the-browser-test';
    const own = path.join(folder, 'app-config.yaml');
    this.configFiles = [path.join(root, 'app-config.yaml'), own];
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, configuration(this, { backendPort, database, more }));
  }

  /** Resolves when a person could sign in. */
  async start() {
    this.app = this.#run('app', 'packages/app', [
      path.join(root, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'package',
      'start',
      ...this.#configArguments(),
    ]);
    await Promise.all([answers(this.app, this.url), this.startBackend()]);
  }

  async startBackend() {
    this.backend = this.#run('backend', 'packages/backend', [
      '--enable-source-maps',
      '--require',
      '@backstage/cli/config/nodeTransform.cjs',
      'src/index.ts',
      ...this.#configArguments(),
    ]);
    await answers(
      this.backend,
      `${this.backendUrl}/api/auth/examplePeople/refresh`,
      { 'x-example-person': 'ana' },
    );
  }

  /** As a power cut would: nothing gets a chance to finish. */
  async killBackend() {
    this.backend.kill('SIGKILL');
    await this.backend.gone;
  }

  async stop() {
    for (const child of [this.app, this.backend]) {
      child?.kill('SIGTERM');
      await Promise.race([child?.gone, sleep(5_000)]);
      child?.kill('SIGKILL');
    }
  }

  #configArguments() {
    return this.configFiles.flatMap(file => ['--config', file]);
  }

  #run(name, folder, args) {
    const log = createWriteStream(path.join(this.folder, `${name}.log`), {
      flags: 'a',
    });
    const child = spawn(process.execPath, args, {
      cwd: path.join(root, folder),
      env: {
        ...process.env,
        NODE_ENV: 'development',
        GITOPS_EVENTS_EXAMPLE_TOKEN: this.token,
      },
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.gone = new Promise(resolve => child.once('close', resolve));
    child.log = log.path;
    return child;
  }
}

/** Two ports that nobody listens on at this moment. */
export async function freePorts() {
  const servers = [createServer(), createServer()];
  await Promise.all(
    servers.map(
      server => new Promise(resolve => server.listen(0, '127.0.0.1', resolve)),
    ),
  );
  const ports = servers.map(server => server.address().port);
  await Promise.all(
    servers.map(server => new Promise(resolve => server.close(resolve))),
  );
  return ports;
}

async function answers(child, url, headers) {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode) {
      throw new Error(`The process ended; see ${child.log}`);
    }
    const response = await fetch(url, { headers }).catch(() => undefined);
    if (response?.ok) return;
    await sleep(250);
  }
  throw new Error(`${url} did not answer in time; see ${child.log}`);
}

// JSON is YAML, and says what overrides what without worrying about quotes.
function configuration(portal, { backendPort, database, more }) {
  const at = (...parts) => path.join(portal.folder, ...parts);
  return JSON.stringify({
    app: { baseUrl: portal.url },
    backend: {
      baseUrl: portal.backendUrl,
      listen: { port: backendPort, host: '127.0.0.1' },
      cors: { origin: portal.url },
      database: database ?? {
        client: 'better-sqlite3',
        connection: { directory: at('db') },
      },
    },
    gitopsEvents: {
      ...more,
      local: {
        directory: at('repositories'),
        repositories: [
          {
            name: 'deployments',
            seed: path.join(root, 'examples/repositories/deployments'),
          },
        ],
      },
      directory: {
        applications: ['environments', 'apps'].map(name => ({
          name,
          repo: 'local:deployments',
          path: name,
          folder: at('target', name),
        })),
      },
    },
  });
}
