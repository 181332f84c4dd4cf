// What a request left behind, looked at from outside: the target folder and the bare repository.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { checkIntegrity, commitsOf } from './git.mjs';

const manifests = [
  'application.yaml',
  'kustomization.yaml',
  'limitrange.yaml',
  'namespace.yaml',
  'networkpolicy.yaml',
  'resourcequota.yaml',
  'rolebinding.yaml',
];

export function checkTarget(portal, environment) {
  const folder = path.join(portal.target, 'environments', environment);
  assert.deepEqual(readdirSync(folder).sort(), manifests);
  const namespace = readFileSync(path.join(folder, 'namespace.yaml'), 'utf8');
  assert.match(namespace, new RegExp(`name: ${environment}\\n`));
}

export async function checkOneCommit(portal, environment) {
  const commits = await commitsOf(
    portal.repository,
    `environments/${environment}`,
  );
  assert.equal(commits.length, 1, commits.join('\n'));
  assert.match(commits[0], new RegExp(`Create environment "${environment}"`));
  await checkIntegrity(portal.repository);
}
