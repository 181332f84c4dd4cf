import { checkObjectId } from '@gitops-events/plugin-gitops-events-node/git';
import { LogOnlyError } from '../shownFailure';
import { runGit } from './gitProcess';
import type { GitRepository } from './gitRepository';

/** The newest commit that `head` has and `since` has not, in whose message this is a line. */
export async function findCommit(
  { directory }: Pick<GitRepository, 'directory'>,
  { head, since, line }: { head: string; since: string; line: string },
): Promise<string | undefined> {
  checkObjectId(head);
  checkObjectId(since);
  const { code, stdout, stderr } = await runGit(
    directory,
    ['log', '--stdin', '-z', '--no-show-signature', '--format=%H%n%B'],
    `${head}\n^${since}\n`,
  );
  if (code !== 0) throw new LogOnlyError(`git log failed: ${stderr.trim()}`);
  for (const commit of stdout.split('\0')) {
    const [id, ...message] = commit.split('\n');
    if (message.includes(line)) return id;
  }
  return undefined;
}
