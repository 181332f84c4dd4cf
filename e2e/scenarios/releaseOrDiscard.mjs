import assert from 'node:assert/strict';
import { signIn, watchingTabs } from '../browser.mjs';
import { commitsOf } from '../git.mjs';
import {
  confirm,
  openGroup,
  requestEnvironment,
  timelineOf,
  waitForLines,
} from '../pages.mjs';

const title = 'Create environment "shop-web-load"';
const folder = 'environments/shop-web-load';

/** Policy holds a request; Ana reads why, Pia releases it, it is denied again, and she discards it. */
export async function releaseOrDiscard({ browser, portal, shot }) {
  const [ana, watch] = await watchingTabs(
    browser,
    portal,
    timelineOf('shop-web'),
  );
  await requestEnvironment(ana, portal, {
    application: 'shop-web',
    name: 'load',
    className: 'Staging',
    memory: 96,
  });
  const group = await openGroup(watch, title);
  const lines = await waitForLines(group, ['sensorFired', 'held']);
  assert.match(lines.at(-1), /64 GiB of memory at most/);
  // The task ends as well, and says the same.
  await ana.page.getByText('64 GiB of memory at most').first().waitFor();
  await shot(watch, 'held');

  const pia = await signIn(browser, portal, 'Pia', '/gitops-events/quarantine');
  const panel = pia.page.getByRole('region', { name: 'Selected cause' });
  await panel.getByText('"memory": 96').waitFor();
  await panel.getByText('Denied', { exact: true }).waitFor();
  await shot(pia, 'quarantine');

  await pia.page.keyboard.press('c');
  await pia.page.keyboard.type('Asked the shop team what the load test needs.');
  await pia.page.keyboard.press('Enter');
  await panel.getByText('Asked the shop team').waitFor();

  await confirm(pia, 'Release', 'Asked again after a look.');
  // Nobody releases past the policy: it is judged again and comes back.
  await waitForLines(group, ['comment', 'released']);
  await group.locator('li[data-kind="held"]').nth(1).waitFor();
  assert.equal((await commitsOf(portal.repository, folder)).length, 0);

  await panel.getByText('Denied', { exact: true }).waitFor();
  await confirm(pia, 'Discard', 'A load test needs 32 GiB.');
  const [ended] = await waitForLines(group, ['runEnded']);
  assert.match(ended, /Discarded by Pia: A load test needs 32 GiB/);
  assert.equal(watch.loads, 0, 'the timeline was reloaded');
  await shot(watch, 'discarded');
  await pia.page.getByText('Nothing is held back').waitFor();
}
