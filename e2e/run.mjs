// `npm run e2e`: boots the portal with a folder of its own and uses it as people do, in a real browser.
// `npm run e2e -- approve` runs one scenario alone. Screenshots and logs stay in the folder printed at the end.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, screenshots } from './browser.mjs';
import { freePorts, Portal } from './portal.mjs';
import { approve } from './scenarios/approve.mjs';
import { promoteImage } from './scenarios/promoteImage.mjs';
import { releaseOrDiscard } from './scenarios/releaseOrDiscard.mjs';
import { requestAndWatch } from './scenarios/requestAndWatch.mjs';
import { startAndStop } from './scenarios/startAndStop.mjs';
import { surviveKill } from './scenarios/surviveKill.mjs';

const scenarios = [
  requestAndWatch,
  approve,
  releaseOrDiscard,
  surviveKill,
  promoteImage,
  startAndStop,
];

const chosen = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'gitops-events-e2e-'));
const [appPort, backendPort] = await freePorts();
const portal = new Portal({ folder, appPort, backendPort });
const say = line => console.log(line);
let browser;
try {
  await timed('The portal starts', () => portal.start());
  browser = await launchBrowser();
  const shot = screenshots(folder);
  for (const scenario of scenarios) {
    if (chosen.length && !chosen.includes(scenario.name)) continue;
    await timed(scenario.name, () => scenario({ browser, portal, shot, say }));
  }
} catch (error) {
  console.error(error);
  await leaveTraces();
  process.exitCode = 1;
} finally {
  await browser?.close();
  await portal.stop();
  say(`Screenshots and logs: ${folder}`);
}

async function timed(name, work) {
  const start = Date.now();
  await work();
  say(`ok ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

/** What each open tab shows when a scenario fails. */
async function leaveTraces() {
  const pages = browser?.contexts().flatMap(context => context.pages()) ?? [];
  for (const [index, page] of pages.entries()) {
    const file = path.join(folder, `failed-${index}.png`);
    await page.screenshot({ path: file }).catch(() => {});
  }
}
