// What each command runs: a list of argument lists for Node, one process after the other.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StepFailed, root } from './step.mjs';

const backstage = 'node_modules/@backstage/cli/bin/backstage-cli';
const repoTools = 'node_modules/@backstage/repo-tools/bin/backstage-repo-tools';
const prettier = 'node_modules/prettier/bin/prettier.cjs';
const tsc = 'node_modules/typescript/bin/tsc';

// A TypeScript file runs through the transform that also runs the development backend, so imports of
// our packages resolve to their sources: node --require @backstage/cli/config/nodeTransform.cjs file.ts
const typescript = [
  '--enable-source-maps',
  '--require',
  '@backstage/cli/config/nodeTransform.cjs',
];

function existing(file) {
  if (!existsSync(path.join(root, file))) {
    throw new StepFailed(`${file} does not exist in this checkout.`);
  }
  return file;
}

export const commands = {
  start: args => [['scripts/start.mjs', ...args]],
  test: args => [['scripts/test.mjs', ...args]],
  lint: args => [[backstage, 'repo', 'lint', ...args]],
  tsc: args => [[tsc, ...args]],
  'prettier:check': args => [[prettier, '--check', '.', ...args]],
  'prettier:write': args => [[prettier, '--write', '.', ...args]],
  'build:all': args => [[backstage, 'repo', 'build', '--all', ...args]],
  // Our packages point at each other's sources until they are packed, which API Extractor would call a wrong input.
  // From scratch, since what an incremental build prints of an inferred type depends on what was built before.
  'api-reports': args => [
    ['--eval', 'fs.rmSync("dist-types", { recursive: true, force: true })'],
    [tsc],
    [
      repoTools,
      'api-reports',
      '--validate-release-tags',
      '--omit-messages=ae-wrong-input-file-type,ae-undocumented',
      ...args,
    ],
  ],
  e2e: args => [[existing('e2e/run.mjs'), ...args]],
  packed: args => [[existing('e2e/packed.mjs'), ...args]],
  bench: args => [[...typescript, existing('bench/run.ts'), ...args]],
  chaos: args => [[...typescript, existing('bench/chaos.ts'), ...args]],
  node: args => [[...typescript, ...args]],
  yarn: (args, { yarn }) => [[yarn, ...args]],
};
