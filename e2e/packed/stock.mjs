// A Backstage repository as people have it, outside this one: a backend, an app on the new frontend system and one
// on the old. Its own files are in stock/; the versions are those of our example portal.
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../portal.mjs';
import { command } from './command.mjs';
import { readJson, yarn } from './tarballs.mjs';

const ours = '@gitops-events/';
const backendPlugins = {
  '@backstage/plugin-auth-backend-module-guest-provider': '^0.2.23',
  '@backstage/plugin-permission-backend-module-allow-all-policy': '^0.2.23',
};
const legacyPackages = {
  '@backstage/app-defaults': '^1.7.12',
  '@backstage/core-app-api': '^1.20.5',
};

export function createStock(folder, packages) {
  cpSync(new URL('./stock', import.meta.url), folder, { recursive: true });
  const file = name =>
    `file:${packages.find(each => each.name === name).tarball}`;
  const manifest = (directory, content) =>
    writeFileSync(
      path.join(folder, directory, 'package.json'),
      JSON.stringify({ version: '0.0.0', private: true, ...content }, null, 2),
    );
  const pick = (workspace, more = {}) => {
    const { dependencies } = readJson(
      path.join(root, 'packages', workspace, 'package.json'),
    );
    const stock = Object.entries(dependencies).filter(
      ([name, range]) => !name.startsWith(ours) && !range.includes('workspace'),
    );
    return { ...Object.fromEntries(stock), ...more };
  };
  const install = (...names) =>
    Object.fromEntries(names.map(name => [ours + name, file(ours + name)]));
  manifest('.', {
    name: 'stock',
    workspaces: ['packages/*'],
    devDependencies: {
      ...pickRoot(
        '@backstage/cli',
        '@backstage/cli-defaults',
        'typescript',
        '@types/node',
        '@types/jest',
      ),
      '@types/react-dom': '^18',
    },
    resolutions: {
      ...readJson(path.join(root, 'package.json')).resolutions,
      // They name each other by version, and are not published yet.
      ...install(...packages.map(({ name }) => name.slice(ours.length))),
    },
  });
  manifest('packages/backend', {
    name: 'backend',
    main: 'src/index.js',
    backstage: { role: 'backend' },
    dependencies: {
      ...pick('backend', backendPlugins),
      app: 'workspace:^',
      ...install(
        'cli',
        'plugin-gitops-events-backend',
        'plugin-gitops-events-backend-module-github',
        'plugin-gitops-events-backend-module-gitlab',
        'plugin-gitops-events-backend-module-kafka',
        'plugin-gitops-events-backend-module-nats',
        'plugin-gitops-events-common',
        'plugin-gitops-events-node',
        'plugin-gitops-events-sensors',
        'plugin-scaffolder-backend-module-gitops-events',
      ),
    },
  });
  for (const [name, more] of [
    ['app', {}],
    ['legacy', legacyPackages],
  ]) {
    manifest(`packages/${name}`, {
      name,
      backstage: { role: 'frontend' },
      dependencies: {
        ...pick('app', more),
        ...install('plugin-gitops-events'),
      },
      files: ['dist'],
    });
  }
}

function pickRoot(...names) {
  const { devDependencies } = readJson(path.join(root, 'package.json'));
  return Object.fromEntries(names.map(name => [name, devDependencies[name]]));
}

/**
 * Yarn installs what our lock file names, from the cache that our own installation filled. Native addons
 * are not compiled a second time but copied.
 */
export async function install(folder, log) {
  cpSync(path.join(root, 'yarn.lock'), path.join(folder, 'yarn.lock'));
  writeFileSync(
    path.join(folder, '.yarnrc.yml'),
    'enableScripts: false\nenableTelemetry: false\nnodeLinker: node-modules\n',
  );
  await command([yarn(), 'install', '--no-immutable'], { cwd: folder, log });
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    const built = path.join('node_modules', name, 'build');
    const target = path.join(folder, built);
    if (
      existsSync(path.join(root, built, 'Release')) &&
      existsSync(path.dirname(target))
    ) {
      cpSync(path.join(root, built), target, { recursive: true });
    }
  }
}
