// Node 22 or 24 and Yarn. What the machine lacks comes from npm into .tools/, which nothing outside this checkout sees.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StepFailed, exclusively, runStep, tools } from './step.mjs';

const supportedNode = [22, 24];
const yarnVersion = '4.13.0';

export async function ensureToolchain() {
  const node = await ensureNode();
  const yarn = await ensureYarn();
  return { node, yarn, env: environment(node) };
}

async function ensureNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    throw new StepFailed(
      `This is Node ${process.versions.node}. Please install Node 20 or newer.`,
    );
  }
  if (supportedNode.includes(major)) {
    return process.execPath;
  }
  const name = nodePackage();
  const windows = process.platform === 'win32';
  const node = path.join(
    tools,
    'node',
    'node_modules',
    name,
    'bin',
    windows ? 'node.exe' : 'node',
  );
  await ensureFile(node, `${name}@22`, 'node', 'Fetching Node 22...');
  return node;
}

// The platform packages that the npm package `node` chooses from. Taken directly they need no install script.
function nodePackage() {
  const { platform, arch } = process;
  const target = `${platform === 'win32' ? 'win' : platform}-${arch}`;
  return target === 'darwin-arm64' ? `node-bin-${target}` : `node-${target}`;
}

async function ensureYarn() {
  const yarn = path.join(
    tools,
    `yarn-${yarnVersion}`,
    'node_modules/@yarnpkg/cli-dist/bin/yarn.js',
  );
  await ensureFile(
    yarn,
    `@yarnpkg/cli-dist@${yarnVersion}`,
    `yarn-${yarnVersion}`,
    'Fetching Yarn...',
  );
  return yarn;
}

async function ensureFile(file, specifier, folder, say) {
  if (existsSync(file)) {
    return;
  }
  await exclusively(async () => {
    if (existsSync(file)) {
      return;
    }
    const npm = findNpm();
    await runStep({
      say,
      file: npm.file,
      shell: npm.shell,
      args: [
        ...npm.args,
        'install',
        '--prefix',
        path.join(tools, folder),
        '--no-save',
        '--no-package-lock',
        '--ignore-scripts',
        specifier,
      ],
      env: process.env,
      log: `${folder}.log`,
      advice: `npm could not fetch ${specifier}; check the network, or install Node 22 yourself.`,
    });
    if (!existsSync(file)) {
      throw new StepFailed(
        `${specifier} does not fit this machine. Please install Node 22 or 24.`,
      );
    }
  });
}

// npm belongs to the Node that runs this file; the Node fetched above brings none.
function findNpm() {
  const bin = path.dirname(process.execPath);
  const script = [
    process.env.npm_execpath,
    path.join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
    path.join(bin, 'node_modules/npm/bin/npm-cli.js'),
  ].find(file => file?.endsWith('npm-cli.js') && existsSync(file));
  return script
    ? { file: process.execPath, args: [script], shell: false }
    : { file: 'npm', args: [], shell: process.platform === 'win32' };
}

function environment(node) {
  const env = { ...process.env };
  const pathName = Object.keys(env).find(key => /^path$/i.test(key)) ?? 'PATH';
  env[pathName] = [
    path.dirname(node),
    path.join(tools, `yarn-${yarnVersion}`, 'node_modules/.bin'),
    env[pathName],
  ].join(path.delimiter);
  env.npm_node_execpath = node;
  env.NODE = node;
  // Else our Yarn would hand over to scripts/yarn.cjs, and that to our Yarn again.
  env.YARN_IGNORE_PATH = '1';
  const nodeDir = path.resolve(path.dirname(node), '..');
  if (node.startsWith(tools) && existsSync(path.join(nodeDir, 'include'))) {
    // Native addons are compiled against these headers instead of downloaded ones.
    env.npm_config_nodedir = nodeDir;
  }
  return env;
}
