// The pages in a real browser: drawn, with the event on them, and nothing on the console.
import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

/** Opens the event list and the component's timeline; returns when both told of the event. */
export async function lookAround(browser, url, screenshot) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  try {
    await page.goto(`${url}/gitops-events`);
    const enter = page.getByRole('button', { name: 'Enter' });
    const tab = page.getByRole('tab', { name: 'Events' });
    await enter.or(tab).first().waitFor();
    if (await enter.isVisible()) await enter.click();
    await tab.click();
    await page.getByText('image.pushed').first().waitFor();
    await page.goto(`${url}/catalog/default/component/demo/timeline`);
    if (await entered(page, enter)) await enter.click();
    await page.getByText('Set tag 1.1.0').first().waitFor();
  } finally {
    await page.screenshot({ path: screenshot });
    await context.close();
  }
  assert.deepEqual(complaints, []);
}

/** Whether the sign-in page came again, as it does for a guest after a reload. */
async function entered(page, enter) {
  await enter.or(page.getByText('Set tag 1.1.0').first()).first().waitFor();
  return enter.isVisible();
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A built app behind a web server: files, else index.html. */
export async function serve(folder, port) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const asked = path.join(folder, pathname);
    const file =
      path.extname(asked) && existsSync(asked)
        ? asked
        : path.join(folder, 'index.html');
    response.setHeader(
      'content-type',
      types[path.extname(file)] ?? 'text/plain',
    );
    createReadStream(file).pipe(response);
  });
  await new Promise(resolve => server.listen(port, resolve));
  return server;
}
