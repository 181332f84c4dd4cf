import assert from 'node:assert/strict';
import { watchingTabs } from '../browser.mjs';
import { toApplied, toPullRequest } from '../lines.mjs';
import { checkOneCommit, checkTarget } from '../outcome.mjs';
import {
  kindsOf,
  openChange,
  openGroup,
  requestEnvironment,
  secondsOf,
  timelineOf,
  waitForLines,
} from '../pages.mjs';

/** Ana asks, and every step appears on the application's page without reloading. */
export async function requestAndWatch({ browser, portal, shot, say }) {
  const [ana, watch] = await watchingTabs(
    browser,
    portal,
    timelineOf('shop-api'),
  );
  await requestEnvironment(ana, portal, {
    application: 'shop-api',
    name: 'staging',
    className: 'Staging',
  });
  const group = await openGroup(watch, 'Create environment "shop-api-staging"');
  const lines = await waitForLines(group, [...toPullRequest, ...toApplied]);
  lines.forEach(line => say(`  ${line}`));
  assert.deepEqual(await kindsOf(group), [...toPullRequest, ...toApplied]);
  say(`  ${await secondsOf(group)} s from the first line to the last`);
  assert.equal(watch.loads, 0, 'the timeline was reloaded');
  await shot(watch, 'timeline');

  await ana.page
    .getByRole('link', { name: 'Timeline of this request' })
    .waitFor();
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
}
