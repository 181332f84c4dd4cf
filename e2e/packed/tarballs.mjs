// Builds the packages of plugins/ and packs them as they would be published.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { tools } from '../../scripts/step.mjs';
import { root } from '../portal.mjs';
import { command } from './command.mjs';

const backstage = path.join(
  root,
  'node_modules/@backstage/cli/bin/backstage-cli',
);

/** Yarn itself, not the hand-over in scripts/yarn.cjs. */
export function yarn() {
  const fetched = readdirSync(tools).find(
    name => name.startsWith('yarn-') && !name.endsWith('.log'),
  );
  return path.join(
    tools,
    fetched,
    'node_modules/@yarnpkg/cli-dist/bin/yarn.js',
  );
}

export async function build(log) {
  await command([path.join(root, 'node_modules/typescript/bin/tsc')], {
    cwd: root,
    log,
  });
  await command([backstage, 'repo', 'build'], { cwd: root, log });
}

/** Packs one after the other: while a package is packed, its package.json names built files. */
export async function pack({ folder, log }) {
  mkdirSync(folder, { recursive: true });
  const packages = [];
  for (const directory of readdirSync(path.join(root, 'plugins')).sort()) {
    const cwd = path.join(root, 'plugins', directory);
    const { name } = readJson(path.join(cwd, 'package.json'));
    const tarball = path.join(folder, `${directory}.tgz`);
    await command([yarn(), 'pack', '--out', tarball], { cwd, log });
    packages.push({ name, tarball, content: unpack(tarball) });
  }
  return packages;
}

function unpack(tarball) {
  const folder = tarball.replace(/\.tgz$/, '');
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  return path.join(folder, 'package');
}

export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
