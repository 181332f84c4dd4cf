// `yarnPath` of .yarnrc.yml: any Yarn that is called in this repository hands over to this file, so that
// `yarn start` and `yarn test` work on a fresh clone, before Yarn itself would find its install state.
const { spawn } = require('node:child_process');
const path = require('node:path');
const { scripts } = require('../package.json');

const root = path.resolve(__dirname, '..');
const args = process.argv.slice(2);
const [name, ...rest] = args[0] === 'run' ? args.slice(1) : args;
const ours = process.cwd() === root && Object.hasOwn(scripts, name ?? '');

const child = spawn(
  process.execPath,
  [
    path.join(__dirname, 'run.mjs'),
    ...(ours && name !== 'yarn' ? [name, ...rest] : ['yarn', ...args]),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
