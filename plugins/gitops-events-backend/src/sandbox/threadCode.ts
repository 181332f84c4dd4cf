import { extname } from 'node:path';
import { threadFile } from './threadEntry';

let ofSources: Promise<string> | undefined;

/**
 * What `new Worker` runs: the file of the built package. Sources become one
 * script, once a process: what a thread transforms it transforms for itself
 * alone, half a second of work each time.
 */
export async function threadCode(): Promise<{ code: string; eval: boolean }> {
  if (extname(threadFile) !== '.ts') return { code: threadFile, eval: false };
  ofSources ??= bundle().catch(error => {
    ofSources = undefined;
    throw error;
  });
  return { code: await ofSources, eval: true };
}

async function bundle(): Promise<string> {
  // The built package does without it, so it shall not be found in there.
  const name: string = 'esbuild';
  const { build, stop }: typeof import('esbuild') = require(name);
  const { outputFiles } = await build({
    entryPoints: [threadFile],
    ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node20' },
    ...{ write: false, logLevel: 'error' },
  });
  // Else its process waits for more to do.
  await stop();
  return outputFiles[0].text;
}
