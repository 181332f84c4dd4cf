// Dependencies are installed when a manifest, the lock file or Node's major version differs from the last installation.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { exclusively, root, runStep } from './step.mjs';

const stampFile = path.join(root, 'node_modules/.gitops-events-install');

export async function ensureDependencies(toolchain) {
  if (readStamp() === currentStamp(toolchain)) {
    return;
  }
  await exclusively(async () => {
    const stamp = currentStamp(toolchain);
    const before = readStamp();
    if (before === stamp) {
      return;
    }
    await yarn(toolchain, ['install', '--immutable'], {
      say: before
        ? 'Updating dependencies...'
        : 'Installing dependencies (about 2 minutes, once)...',
      advice: 'After a change to a package.json run: npm run yarn -- install',
    });
    if (before && before.split(' ')[0] !== stamp.split(' ')[0]) {
      await yarn(toolchain, ['rebuild'], {
        say: 'Building native modules for another version of Node...',
        advice: 'Removing node_modules and trying again usually helps.',
      });
    }
    mkdirSync(path.dirname(stampFile), { recursive: true });
    // A new file: this one may be a hard link that another checkout shares.
    writeFileSync(`${stampFile}.new`, stamp);
    renameSync(`${stampFile}.new`, stampFile);
  });
}

function yarn(toolchain, args, texts) {
  return runStep({
    ...texts,
    file: toolchain.node,
    args: [toolchain.yarn, ...args],
    env: toolchain.env,
    log: `yarn-${args[0]}.log`,
  });
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
}

function currentStamp({ node }) {
  const hash = createHash('sha256');
  for (const file of ['.yarnrc.yml', 'yarn.lock', ...manifests()]) {
    hash.update(`${file}\n`).update(readFileSync(path.join(root, file)));
  }
  const major =
    node === process.execPath ? process.versions.node.split('.')[0] : '22';
  return `node${major} ${hash.digest('hex')}`;
}

function manifests() {
  const packages = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(path.join(root, folder)).map(
      name => `${folder}/${name}/package.json`,
    ),
  );
  return ['package.json', ...packages.sort()].filter(file =>
    existsSync(path.join(root, file)),
  );
}
