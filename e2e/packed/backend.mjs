// The stock backend on plain Node, and one event sent to it until it is applied.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkIntegrity, commitsOf } from '../git.mjs';
import { until } from '../until.mjs';
import { startProcess } from './command.mjs';
import { token } from './configuration.mjs';

export async function startBackend({ folder, config, url, log }) {
  const child = startProcess(['src/index.js', '--config', config], {
    cwd: path.join(folder, 'packages/backend'),
    log,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ready = '.backstage/health/v1/readiness';
  const answers = until(
    `the backend's readiness; see ${log}`,
    async () => (await fetch(`${url}/${ready}`).catch(() => undefined))?.ok,
    { timeoutMs: 120_000 },
  );
  const ended = child.gone.then(code => {
    throw new Error(`The backend ended (${code}); see ${log}`);
  });
  ended.catch(() => {});
  await Promise.race([answers, ended]);
  return child;
}

/** One event over HTTP, then the folder, the repository and the API are asked what became of it. */
export async function eventIsApplied({ folder, url }) {
  const get = route => call(`${url}${route}`);
  await until(
    'the component in the catalog',
    async () =>
      (await get('/api/catalog/entities/by-name/component/default/demo')).ok,
    { timeoutMs: 60_000 },
  );
  const response = await call(`${url}/api/gitops-events/v1/events`, {
    'content-type': 'application/cloudevents+json',
    body: {
      specversion: '1.0',
      id: 'push-1',
      source: '/registry',
      type: 'image.pushed',
      entityref: 'component:default/demo',
      datacontenttype: 'application/json',
      data: { tag: '1.1.0' },
    },
  });
  assert.equal(response.status, 202, await response.clone().text());

  const file = path.join(folder, 'data/target/demo/values.yaml');
  await until(
    'the new tag in the target folder',
    () => existsSync(file) && /tag: 1\.1\.0\n/.test(readFileSync(file, 'utf8')),
  );
  await checkRepository(path.join(folder, 'data/repositories/deployments.git'));
  await until('the event as applied', async () => {
    const { items } = await (await get('/api/gitops-events/v1/events')).json();
    return items?.[0]?.summary?.word === 'Applied';
  });
}

async function checkRepository(repository) {
  const commits = await commitsOf(repository, 'apps/demo');
  assert.match(commits[0], /Set tag 1\.1\.0/);
  await checkIntegrity(repository);
}

function call(url, { body, ...headers } = {}) {
  return fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: body && JSON.stringify(body),
  });
}
