import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts, Portal, root } from '../portal.mjs';
import { until } from '../until.mjs';

/** Who is told to stop stops with all it started; who cannot start says why, and ends. */
export async function startAndStop({ say }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gitops-events-start-'));
  const [appPort, backendPort] = await freePorts();
  await refuses(
    new Portal({
      folder: path.join(folder, 'refused'),
      appPort,
      backendPort,
      more: { durability: 'hopefully' },
    }),
  );
  say('  a backend with a wrong configuration said why, and ended');

  const portal = new Portal({
    folder: path.join(folder, 'stopped'),
    appPort,
    backendPort,
  });
  const log = path.join(portal.folder, 'npm.log');
  const npm = startByNpm(portal, log);
  try {
    await until('npm start says that the portal is ready', () =>
      readFileSync(log, 'utf8').includes(`The portal is ready: ${portal.url}`),
    );
  } finally {
    npm.kill('SIGTERM');
  }
  for (const port of [appPort, backendPort]) {
    await until(`nobody listens on port ${port}`, () => isFree(port));
  }
  say('  npm start was told to stop, and nothing of it was left');
}

async function refuses(portal) {
  await assert.rejects(portal.startBackend(), /The process ended/);
  assert.equal(portal.backend.exitCode, 1);
  const log = readFileSync(portal.backend.log, 'utf8');
  assert.match(log, /gitopsEvents\.durability is "hopefully"; use one of/);
  assert.match(log, /The backend does not run\. Mend that/);
}

function startByNpm(portal, log) {
  const output = openSync(log, 'w');
  const config = portal.configFiles.flatMap(file => ['--config', file]);
  return spawn('npm', ['start', '--', ...config], {
    cwd: root,
    stdio: ['ignore', output, output],
  });
}

function isFree(port) {
  return new Promise(resolve => {
    const socket = connect({ port, host: 'localhost' });
    const answer = free => {
      socket.destroy();
      resolve(free);
    };
    socket.once('connect', () => answer(false));
    socket.once('error', () => answer(true));
  });
}
