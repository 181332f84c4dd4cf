import {
  gitBytes,
  GitFailed,
  type BareRepository,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Git's own answers, its refusals among them, with what Gitaly sets for it. Source: `UploadPackFilterConfig` in Gitaly. */
export function answerGit(
  repository: BareRepository,
  service: string,
  body: Buffer,
  env: Record<string, string>,
): Promise<Buffer> {
  return gitBytes(
    repository.directory,
    [
      ...['-c', 'uploadpack.allowFilter=true'],
      ...['-c', 'uploadpack.allowAnySHA1InWant=true'],
      // As a server has it: what is sent is checked whole.
      ...['-c', 'receive.fsckObjects=true'],
      ...[service.replace('git-', ''), '--stateless-rpc', '.'],
    ],
    { input: body, env },
  ).catch(error => {
    if (error instanceof GitFailed) return Buffer.from(error.stdout);
    throw error;
  });
}

/** A rule of the project, told as GitLab tells it. */
export async function installHook(repository: BareRepository): Promise<void> {
  const hook = path.join(repository.directory, 'hooks', 'pre-receive');
  await writeFile(
    hook,
    `#!/bin/sh
while read old new ref; do
  if [ "$ref" = "refs/heads/$PROTECTED_BRANCH" ]; then
    echo "GitLab: You are not allowed to push code to protected branches on this project." >&2
    exit 1
  fi
done
`,
  );
  await chmod(hook, 0o755);
}
