import { extname } from 'node:path';
import { threadFile } from './threadEntry';

/**
 * Arguments with which Node can load the thread's file: none for the built
 * package; from sources, those of this process, or the transform of the
 * Backstage CLI where this process has another one (Jest).
 */
export function threadArguments(): string[] {
  if (extname(threadFile) !== '.ts') return [];
  if (process.execArgv.some(argument => argument.includes('nodeTransform'))) {
    return process.execArgv;
  }
  return [
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
  ];
}
