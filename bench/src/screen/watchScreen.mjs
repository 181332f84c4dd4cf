// A process of its own: the portal as the browser tests start it, a person who looks at a timeline, and a
// registry that pushes images. Tells how long each step took from its stamp to the screen.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, signIn } from '../../../e2e/browser.mjs';
import { openGroup, timelineOf, waitForLines } from '../../../e2e/pages.mjs';
import { freePorts, Portal } from '../../../e2e/portal.mjs';
import { watchLines } from './firstSeen.mjs';

process.once('message', async ({ folder, database, pauses }) => {
  const closing = [];
  try {
    process.send({ lines: await watch({ folder, database, pauses }, closing) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  } finally {
    for (const close of closing.reverse()) await close();
    process.disconnect();
  }
});

async function watch({ folder, database, pauses }, closing) {
  const at = path.join(folder, 'portal');
  mkdirSync(at);
  const [appPort, backendPort] = await freePorts();
  const portal = new Portal({ folder: at, appPort, backendPort, database });
  closing.push(() => portal.stop());
  await portal.start();
  const browser = await launchBrowser();
  closing.push(() => browser.close());

  const ana = await signIn(browser, portal, 'Ana', timelineOf('shop-api'));
  await ana.page.getByText('Live', { exact: true }).waitFor();
  // The first one compiles and loads what the others find there.
  await promote(ana, portal, 0);
  await ana.page.evaluate(watchLines);
  for (const [index, pause] of pauses.entries()) {
    await sleep(pause);
    await promote(ana, portal, index + 1);
  }
  return ana.page.evaluate(() => window.linesSeen());
}

/** One image, from the registry to the last line on the page. */
async function promote(tab, portal, n) {
  const tag = `2.0.${n}`;
  const url = `${portal.backendUrl}/api/gitops-events/v1/events`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${portal.token}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({
      specversion: '1.0',
      id: `screen-${n}`,
      source: '/projects/2/webhook/policies/1',
      type: 'harbor.artifact.pushed',
      datacontenttype: 'application/json',
      data: {
        resources: [{ digest: `sha256:${n}`, tag }],
        repository: { repo_full_name: 'shop/api' },
      },
    }),
  });
  if (response.status !== 202) throw new Error(await response.text());
  const group = await openGroup(tab, `Promote image shop/api:${tag}`);
  await waitForLines(group, ['runEnded']);
}
