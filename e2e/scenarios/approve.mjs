import assert from 'node:assert/strict';
import { signIn, watchingTabs } from '../browser.mjs';
import { commitsOf } from '../git.mjs';
import { toApplied, toPullRequest } from '../lines.mjs';
import { checkOneCommit, checkTarget } from '../outcome.mjs';
import {
  decide,
  openChange,
  openGroup,
  requestEnvironment,
  timelineOf,
  waitForLines,
} from '../pages.mjs';

const live = 'environments/shop-api-live';

/** Production asks for an approval; Pia gives it and merges. */
export async function approve({ browser, portal, shot }) {
  const [ana, watch] = await watchingTabs(
    browser,
    portal,
    timelineOf('shop-api'),
  );
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
