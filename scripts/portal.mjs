// Where the portal listens, as the configuration says; a port that is taken is told before anything is compiled.
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { StepFailed, root } from './step.mjs';

/** Reads the files that the portal itself reads: those of `--config`, else the two usual ones. */
export function portal(args) {
  const given = args.flatMap((arg, index) =>
    arg === '--config' ? [args[index + 1]] : [],
  );
  const files = given.length
    ? given
    : ['app-config.yaml', 'app-config.local.yaml'];
  const configs = files
    .map(file => path.resolve(root, file))
    .filter(file => existsSync(file))
    .map(file => parse(readFileSync(file, 'utf8')));
  const last = read => configs.map(read).findLast(value => value);
  const appUrl = last(config => config?.app?.baseUrl);
  const backendUrl = last(config => config?.backend?.baseUrl);
  return {
    appUrl,
    backendUrl,
    ports: [appUrl, backendUrl].map(url => Number(new URL(url).port)),
  };
}

export async function refuseBusyPorts(ports) {
  for (const port of ports) {
    if (await somebodyListens(port)) {
      throw new StepFailed(
        `Port ${port} is taken. Stop what listens there (another npm start?), or choose another port in app-config.local.yaml.`,
      );
    }
  }
}

function somebodyListens(port) {
  return new Promise(resolve => {
    const socket = connect({ port, host: 'localhost' });
    const answer = value => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
