import { extname } from 'node:path';
import { threadFile } from './threadEntry';

/**
 * Arguments with which Node can load the thread's file: none for the built
 * package, the transform of the Backstage CLI for sources. Those of this
 * process are not passed on, as a thread refuses many of them.
 */
export function threadArguments(): string[] {
  if (extname(threadFile) !== '.ts') return [];
  const transform = '@backstage/cli/config/nodeTransform.cjs';
  return ['--require', require.resolve(transform)];
}
