import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { signIn } from '../browser.mjs';
import { commitsOf, git } from '../git.mjs';
import { toApplied, toPullRequest } from '../lines.mjs';
import { openGroup, timelineOf, waitForLines } from '../pages.mjs';

/** The registry tells of an image, twice; one line of Git changes, once. */
export async function promoteImage({ browser, portal, shot }) {
  const ana = await signIn(browser, portal, 'Ana', timelineOf('shop-api'));
  assert.equal(await pushed(portal, 'push-1'), 'accepted');
  assert.equal(await pushed(portal, 'push-1'), 'duplicate');
  assert.equal(await pushed(portal, 'push-2'), 'accepted');

  const group = await openGroup(ana, 'Promote image shop/api:1.8.2');
  await waitForLines(group, [...toPullRequest, ...toApplied]);
  assert.equal(ana.loads, 0, 'the timeline was reloaded');
  await shot(ana, 'promotion');

  const commits = await commitsOf(portal.repository, 'apps/shop-api');
  assert.equal(commits.length, 2, commits.join('\n'));
  const [commit] = commits[0].split(' ');
  const numbers = await git(
    portal.repository,
    ...['show', '--numstat', '--format=', commit],
  );
  assert.equal(numbers, '1\t1\tapps/shop-api/values.yaml');
  const values = path.join(portal.target, 'apps/shop-api/values.yaml');
  assert.match(readFileSync(values, 'utf8'), /tag: 1\.8\.2 # promoted/);
}

async function pushed(portal, id) {
  const url = `${portal.backendUrl}/api/gitops-events/v1/events`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${portal.token}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({
      specversion: '1.0',
      id,
      source: '/projects/2/webhook/policies/1',
      type: 'harbor.artifact.pushed',
      datacontenttype: 'application/json',
      data: {
        resources: [{ digest: 'sha256:5f0c2d', tag: '1.8.2' }],
        repository: { repo_full_name: 'shop/api' },
      },
    }),
  });
  assert.equal(response.status, 202, await response.clone().text());
  const { events } = await response.json();
  return events[0].result;
}
