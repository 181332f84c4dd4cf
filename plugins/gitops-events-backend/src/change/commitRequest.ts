import type { CommitRequest } from '@gitops-events/plugin-gitops-events-node';
import type { WriteContext } from './writeResult';

/** What was sealed, as one commit; without the branch that it goes to. */
export function commitRequest({
  change,
  revision,
  author,
}: WriteContext): Omit<CommitRequest, 'branch' | 'expectedHead'> {
  return {
    repository: change.repository,
    parent: revision.baseCommit,
    files: revision.files,
    message: revision.message,
    author,
    time: Math.floor(revision.sealedAt / 1000),
  };
}
