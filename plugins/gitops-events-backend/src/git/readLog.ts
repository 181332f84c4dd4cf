import type { LoggedCommit } from '@gitops-events/plugin-gitops-events-node';
import { checkObjectId } from '@gitops-events/plugin-gitops-events-node/git';
import { LogOnlyError } from '../shownFailure';
import { runGit } from './gitProcess';
import type { GitRepository } from './gitRepository';

/** The newest commits that `head` has, itself first. */
export async function readLog(
  { directory }: Pick<GitRepository, 'directory'>,
  { head, atMost }: { head: string; atMost: number },
): Promise<LoggedCommit[]> {
  checkObjectId(head);
  const { code, stdout, stderr } = await runGit(
    directory,
    [
      ...['log', '--stdin', '-z', '--no-show-signature', '--format=%H%n%B'],
      `--max-count=${Math.trunc(atMost)}`,
    ],
    `${head}\n`,
  );
  if (code !== 0) throw new LogOnlyError(`git log failed: ${stderr.trim()}`);
  return stdout
    .split('\0')
    .filter(Boolean)
    .map(text => {
      const [id, ...message] = text.split('\n');
      return { id, message: message.join('\n') };
    });
}
