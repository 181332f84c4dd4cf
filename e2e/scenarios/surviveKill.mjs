import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { watchingTabs } from '../browser.mjs';
import { commitsOf, pullRequests } from '../git.mjs';
import { checkOneCommit, checkTarget } from '../outcome.mjs';
import {
  kindsOf,
  openGroup,
  requestEnvironment,
  timelineOf,
  waitForLines,
} from '../pages.mjs';
import { until } from '../until.mjs';

const crash = 'environments/shop-api-crash';

/** The backend dies in the middle: still one commit, one pull request, one end. */
export async function surviveKill({ browser, portal, shot, say }) {
  const [ana, watch] = await watchingTabs(
    browser,
    portal,
    timelineOf('shop-api'),
  );
  const before = await pullRequests(portal.repository);
  const branches = branchesOf(portal.repository);
  await requestEnvironment(ana, portal, {
    application: 'shop-api',
    name: 'crash',
    className: 'Staging',
  });
  const isNew = branch => !branches.includes(branch);
  await until(
    'a branch is made',
    () => branchesOf(portal.repository).some(isNew),
    { everyMs: 1 },
  );
  await portal.killBackend();
  const [committed] = await commitsOf(portal.repository, crash);
  say(`  killed ${committed ? 'just after the merge' : 'before the merge'}`);
  await portal.startBackend();

  const group = await openGroup(watch, 'Create environment "shop-api-crash"');
  await waitForLines(group, ['runEnded']);
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

function branchesOf(repository) {
  const folder = path.join(repository, 'refs/heads/gitops-events');
  return existsSync(folder) ? readdirSync(folder) : [];
}
