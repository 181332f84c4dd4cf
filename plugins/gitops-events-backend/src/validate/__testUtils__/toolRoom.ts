import { readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { testChange } from '../../policy/__testUtils__/testChange';
import { encodeText } from '../../render/text';
import { toolChecks } from '../toolCheck';
import type { ToolConfig } from '../readValidation';
import { toolPath } from './realTool';

type Files = Parameters<typeof testChange>[0];

/** What a real tool says of a change below `app/`, where `before` was taken. */
export async function askTool(
  tool: ToolConfig['tool'],
  options: {
    before: Record<string, string>;
    after: Record<string, string>;
    /** Links that the repository has after it: where, and to what. */
    links?: Record<string, string>;
    temporary: string;
    signal?: AbortSignal;
  },
) {
  const { before, after, links = {}, temporary } = options;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const files = Object.fromEntries(
    names.map(name => [`app/${name}`, [before[name], after[name]]]),
  ) as Files;
  const change = testChange(files);
  const linked = Object.entries(links).map(([name, to]): RepositoryFile => ({
    ...{ path: `app/${name}`, mode: '120000', content: encodeText(to) },
  }));
  const [check] = toolChecks(
    [{ tool, repo: 'local:*', folders: ['app/'], reads: [] }],
    { path: toolPath, temporary },
  );
  return check.check(
    {
      ...change,
      read: async paths => [...(await change.read(paths)), ...linked],
    },
    { signal: options.signal ?? new AbortController().signal },
  );
}

/** A server that hostile content points to. It counts who comes. */
export async function startTrap() {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url!);
    response.end('{"type": "object"}');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    visits,
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise(done => server.close(done)),
  };
}

/** Processes that work somewhere below a folder. Linux only. */
export async function processesIn(folder: string): Promise<string[]> {
  const all = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const places = await Promise.all(
    all.map(id => readlink(`/proc/${id}/cwd`).catch(() => '')),
  );
  return places.filter(place => place.startsWith(folder + path.sep));
}
