import { git as gitText } from '@gitops-events/plugin-gitops-events-node/testUtils';

export {
  pushByHand,
  temporaryFolder,
} from '@gitops-events/plugin-gitops-events-node/testUtils';

/** The real git, for tests that call it often. */
export function git(cwd: string, ...args: string[]): Promise<string> {
  return gitText(cwd, args);
}
