// A real Chromium, and tabs that know whether they were ever reloaded.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export function launchBrowser() {
  const executablePath = places.find(place => place && existsSync(place));
  if (!executablePath) {
    throw new Error(
      'No Chromium found. Install it, or say where it is: CHROMIUM=/path/to/chromium npm run e2e',
    );
  }
  return chromium.launch({ executablePath, args: flags });
}

/** A tab of its own, signed in: the example's sign-in lasts as long as its tab. */
export async function signIn(browser, portal, person, at = '/') {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(portal.url + at);
  await page.getByRole('button', { name: `Sign in as ${person}` }).click();
  await page.getByRole('link', { name: 'Home' }).waitFor();
  const tab = { page, person, loads: 0 };
  page.on('load', () => {
    tab.loads += 1;
  });
  return tab;
}

/** Ana twice: one tab to fill in a form, the other to watch what comes of it. */
export function watchingTabs(browser, portal, timeline) {
  return Promise.all([
    signIn(browser, portal, 'Ana'),
    signIn(browser, portal, 'Ana', timeline),
  ]);
}

export function screenshots(folder) {
  let count = 0;
  return async (tab, name) => {
    count += 1;
    const file = `${String(count).padStart(2, '0')}-${name}.png`;
    await tab.page.screenshot({ path: path.join(folder, file) });
  };
}
