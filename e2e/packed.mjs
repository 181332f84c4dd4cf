// `npm run packed`: our packages as users get them. They are built, packed, installed into a stock Backstage
// repository outside this one, and booted there. Logs and screenshots stay in the folder printed at the end.
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from './browser.mjs';
import { eventIsApplied, startBackend } from './packed/backend.mjs';
import { checkContent } from './packed/checkContent.mjs';
import { command } from './packed/command.mjs';
import { writeConfiguration } from './packed/configuration.mjs';
import { lookAround, serve } from './packed/screens.mjs';
import { createStock, install } from './packed/stock.mjs';
import { build, pack } from './packed/tarballs.mjs';
import { freePorts } from './portal.mjs';

const folder = realpathSync(
  mkdtempSync(path.join(tmpdir(), 'gitops-events-packed-')),
);
const stock = path.join(folder, 'stock');
const logOf = name => path.join(folder, `${name}.log`);
const [backendPort, legacyPort] = await freePorts();
const ends = [];

try {
  await timed('The packages are built', () => build(logOf('build')));
  const packages = await timed('packed', () =>
    pack({ folder: path.join(folder, 'packed'), log: logOf('pack') }),
  );
  await timed('Each has what it needs and no more', () =>
    packages.forEach(checkContent),
  );
  createStock(stock, packages);
  const places = writeConfiguration(stock, { backendPort, legacyPort });
  await timed('They install into a stock repository', () =>
    install(stock, logOf('install')),
  );
  await timed('Plain Node loads each entry point', () => load(packages));
  await timed('The command line checks and tests a sensor', checkSensors);
  await timed('TypeScript finds their types', () =>
    inStock('node_modules/typescript/bin/tsc', ['--noEmit'], 'types'),
  );
  await timed('Both apps are bundled', () => bundle(places));
  await timed('The stock backend boots', async () => {
    const log = logOf('backend');
    const backend = await startBackend({ folder: stock, log, ...places });
    ends.push(() => backend.kill('SIGTERM') && backend.gone);
  });
  await timed('An event is applied', () =>
    eventIsApplied({ folder: stock, url: places.url }),
  );
  await look(places);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const end of ends.reverse()) await end();
  console.log(`Logs and screenshots: ${folder}`);
}

async function load(packages) {
  const names = packages
    .map(({ name }) => name)
    .filter(name => name !== '@gitops-events/plugin-gitops-events');
  names.push('@gitops-events/plugin-gitops-events-node/testUtils');
  const script = `${JSON.stringify(names)}.forEach(name => require(name))`;
  await command(['--eval', script], {
    cwd: path.join(stock, 'packages/backend'),
    log: logOf('load'),
  });
}

async function checkSensors() {
  const cli = 'node_modules/@gitops-events/cli/bin/gitops-events';
  await inStock(cli, ['lint', '--strict', 'gitops/sensors'], 'lint');
  await inStock(cli, ['test', 'gitops/sensors'], 'test');
}

async function bundle({ config, legacyConfig }) {
  const cli = 'node_modules/@backstage/cli/bin/backstage-cli';
  const configs = ['--config', config];
  await inStock(cli, ['package', 'build', ...configs], 'app', 'packages/app');
  await inStock(
    cli,
    ['package', 'build', ...configs, '--config', legacyConfig],
    'legacy',
    'packages/legacy',
  );
}

async function look({ url, legacyUrl }) {
  const browser = await launchBrowser();
  ends.push(() => browser.close());
  const server = await serve(
    path.join(stock, 'packages/legacy/dist'),
    legacyPort,
  );
  ends.push(() => server.close());
  await timed('The app shows it, new frontend system', () =>
    lookAround(browser, url, path.join(folder, 'app.png')),
  );
  await timed('The app shows it, old frontend system', () =>
    lookAround(browser, legacyUrl, path.join(folder, 'legacy.png')),
  );
}

function inStock(script, args, log, directory = '.') {
  return command([path.join(stock, script), ...args], {
    cwd: path.join(stock, directory),
    log: logOf(log),
    // With CI set, a warning of the bundler about anybody's code would fail it.
    env: { ...process.env, CI: '' },
  });
}

async function timed(name, work) {
  const start = Date.now();
  const result = await work();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`ok ${name} (${seconds} s)`);
  return result;
}
