// What must be in a packed package, and what must not.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../portal.mjs';
import { imports } from './imports.mjs';
import { readJson } from './tarballs.mjs';

const always = ['package.json', 'README.md', 'LICENSE'];
const expected = {
  '@gitops-events/plugin-gitops-events-backend': [
    'migrations/0001_spine.js',
    'dist/sandbox/threadEntry.cjs.js',
    'config.schema.json',
    'openapi.json',
  ],
  '@gitops-events/plugin-gitops-events-sensors': ['sensor.schema.json'],
};
const notForUsers =
  /(^|\/)(src|dev|scripts|testing|__\w+__)\/|\.test\.|\.golden$/;

export function checkContent({ name, content }) {
  const files = filesOf(content);
  const manifest = readJson(path.join(content, 'package.json'));
  for (const file of [
    ...always,
    ...(expected[name] ?? []),
    ...entryPoints(manifest),
  ]) {
    assert.ok(files.includes(file), `${name} lacks ${file}`);
  }
  const strangers = files.filter(file => notForUsers.test(file));
  assert.deepEqual(strangers, [], `${name} brings what no user needs`);
  for (const file of files) {
    const text = readFileSync(path.join(content, file), 'utf8');
    assert.ok(!text.includes(root), `${name}: ${file} names ${root}`);
  }
  checkDependencies({ name, content, files, manifest });
}

/** Every file that main, module, types, exports and typesVersions point at. */
function entryPoints({ main, module, types, exports, typesVersions }) {
  const leaves = value =>
    typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];
  return [main, module, types, ...leaves([exports, typesVersions])]
    .filter(file => file?.includes('.') && !file.startsWith('@'))
    .map(file => path.posix.normalize(file));
}

function checkDependencies({ name, content, files, manifest }) {
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const declared = new Set([
    ...Object.keys(dependencies),
    ...Object.keys(peerDependencies),
  ]);
  const used = imports(content, files);
  const undeclared = [...used].filter(
    other => other !== name && !declared.has(other),
  );
  assert.deepEqual(undeclared, [], `${name} imports what it does not declare`);
  const wanted = peersOf(Object.keys(dependencies));
  const unused = Object.keys(dependencies).filter(
    other => !used.has(other) && !wanted.has(other),
  );
  assert.deepEqual(unused, [], `${name} depends on what it does not import`);
  for (const [other, range] of Object.entries(dependencies)) {
    assert.doesNotMatch(range, /^(workspace|file|link):/, `${name}: ${other}`);
  }
}

/** What the dependencies want to find beside them. */
function peersOf(names) {
  return new Set(
    names.flatMap(name => {
      const file = path.join(root, 'node_modules', name, 'package.json');
      return Object.keys(readJson(file).peerDependencies ?? {});
    }),
  );
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .map(file => path.relative(folder, file).split(path.sep).join('/'));
}
