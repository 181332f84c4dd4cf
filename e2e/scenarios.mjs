// Three requests, as a developer and a platform engineer see them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { signIn } from './browser.mjs';
import { checkIntegrity, commitsOf, pullRequests } from './git.mjs';
import {
  decide,
  kindsOf,
  openChange,
  openGroup,
  requestEnvironment,
  timelineOf,
  waitForLines,
} from './pages.mjs';
import { until } from './until.mjs';

const toPullRequest = [
  'eventReceived',
  'sensorFired',
  'changeRendered',
  'policyJudged',
  'changeCommitted',
  'pullRequestOpened',
];
const toApplied = ['merged', 'syncStarted', 'syncHealthy', 'runEnded'];

const manifests = [
  'application.yaml',
  'kustomization.yaml',
  'limitrange.yaml',
  'namespace.yaml',
  'networkpolicy.yaml',
  'resourcequota.yaml',
  'rolebinding.yaml',
];

/** Ana asks, and every step appears on the application's page without reloading. */
export async function requestAndWatch({ browser, portal, shot, say }) {
  const [ana, watch] = await tabs(browser, portal);
  await requestEnvironment(ana, portal, {
    application: 'shop-api',
    name: 'staging',
    className: 'Staging',
  });
  const group = await openGroup(watch, 'Create environment "shop-api-staging"');
  const lines = await waitForLines(group, [...toPullRequest, ...toApplied]);
  lines.forEach(line => say(`  ${line}`));
  assert.equal(watch.loads, 0, 'the timeline was reloaded');
  await shot(watch, 'timeline');

  await ana.page.getByText('Applied', { exact: false }).first().waitFor();
  await shot(ana, 'task');

  await openChange(watch, group);
  await watch.page.getByText('kind: Namespace').first().waitFor();
  await watch.page
    .getByText('environments/shop-api-staging/namespace.yaml')
    .first()
    .waitFor();
  await shot(watch, 'change');

  checkTarget(portal, 'shop-api-staging');
  await checkOneCommit(portal, 'shop-api-staging');
  const workflow = readFileSync(
    path.join(portal.target, 'environments/shop-api-staging/application.yaml'),
    'utf8',
  );
  assert.match(workflow, /path: environments\/shop-api-staging/);
}

/** Production asks for an approval; Pia gives it and merges. */
export async function approve({ browser, portal, shot }) {
  const [ana, watch] = await tabs(browser, portal);
  await requestEnvironment(ana, portal, {
    application: 'shop-api',
    name: 'live',
    className: 'Production',
  });
  const title = 'Create environment "shop-api-live"';
  const group = await openGroup(watch, title);
  await waitForLines(group, [...toPullRequest, 'waitingForApproval']);
  await shot(watch, 'waiting-for-approval');
  // The task does not wait for a person.
  await ana.page
    .getByRole('link', { name: 'Timeline of this request' })
    .waitFor();
  assert.equal((await commitsOf(portal.repository, live)).length, 0);

  const pia = await signIn(browser, portal, 'Pia', timelineOf('shop-api'));
  await openChange(pia, await openGroup(pia, title));
  await shot(pia, 'to-approve');
  await decide(pia, 'Approve', 'Quota and access look right.');
  await decide(pia, 'Merge');

  await waitForLines(group, ['approved', ...toApplied]);
  assert.equal(watch.loads, 0, 'the timeline was reloaded');
  await shot(watch, 'approved');
  checkTarget(portal, 'shop-api-live');
  await checkOneCommit(portal, 'shop-api-live');
}
const live = 'environments/shop-api-live';

/** The backend dies in the middle: still one commit, one pull request, one end. */
export async function surviveKill({ browser, portal, shot, say }) {
  const [ana, watch] = await tabs(browser, portal);
  const before = await pullRequests(portal.repository);
  await requestEnvironment(ana, portal, {
    application: 'shop-api',
    name: 'crash',
    className: 'Staging',
  });
  const branches = path.join(portal.repository, 'refs/heads/gitops-events');
  await until('a branch is made', () => hasFiles(branches), { everyMs: 1 });
  await portal.killBackend();
  const [committed] = await commitsOf(portal.repository, crash);
  say(`  killed ${committed ? 'just after the merge' : 'before the merge'}`);
  await portal.startBackend();

  const group = await openGroup(watch, 'Create environment "shop-api-crash"');
  await waitForLines(group, ['runEnded'], 60_000);
  assert.equal(watch.loads, 0, 'the timeline was reloaded');
  await shot(watch, 'after-kill');

  const kinds = await kindsOf(group);
  for (const kind of ['pullRequestOpened', 'merged', 'runEnded']) {
    const count = kinds.filter(each => each === kind).length;
    assert.equal(count, 1, `${count} lines ${kind}`);
  }
  const after = await pullRequests(portal.repository);
  assert.equal(after.length - before.length, 1, 'pull requests');
  checkTarget(portal, 'shop-api-crash');
  await checkOneCommit(portal, 'shop-api-crash');
}
const crash = 'environments/shop-api-crash';

/** Ana twice: one tab fills in the form, the other watches the application. */
function tabs(browser, portal) {
  return Promise.all([
    signIn(browser, portal, 'Ana'),
    signIn(browser, portal, 'Ana', timelineOf('shop-api')),
  ]);
}

function hasFiles(folder) {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function checkTarget(portal, environment) {
  const folder = path.join(portal.target, 'environments', environment);
  assert.deepEqual(readdirSync(folder).sort(), manifests);
  const namespace = readFileSync(path.join(folder, 'namespace.yaml'), 'utf8');
  assert.match(namespace, new RegExp(`name: ${environment}\\n`));
}

async function checkOneCommit(portal, environment) {
  const commits = await commitsOf(
    portal.repository,
    `environments/${environment}`,
  );
  assert.equal(commits.length, 1, commits.join('\n'));
  assert.match(commits[0], new RegExp(`Create environment "${environment}"`));
  await checkIntegrity(portal.repository);
}
