// What Jest's results in `--json` say: `failedSuites.mjs files RESULTS` prints the test files that failed, one a line;
// `failedSuites.mjs count RESULTS [AGAIN]` prints how many tests passed and failed, a file that ran again counted by its second run.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [what, ...files] = process.argv.slice(2);
const runs = files
  .filter(file => existsSync(file))
  .map(file => JSON.parse(readFileSync(file, 'utf8')).testResults);

if (what === 'files') {
  for (const { name, status } of runs.flat()) {
    if (status === 'failed') console.log(path.relative('.', name));
  }
} else if (runs.length === 0) {
  console.log('no test results');
} else {
  const latest = new Map(runs.flat().map(suite => [suite.name, suite]));
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of latest.values()) {
    const broken = assertionResults.filter(test => test.status === 'failed');
    passed += assertionResults.filter(test => test.status === 'passed').length;
    failed += status === 'failed' ? Math.max(1, broken.length) : 0;
  }
  console.log(`${passed} passed, ${failed} failed`);
}
