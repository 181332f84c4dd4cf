import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import {
  checkRead,
  type Boundary,
  type ReadPlace,
} from '@gitops-events/plugin-gitops-events-sensors';
import { isForPeople } from '../shownFailure';
import type { BaseOf } from './hostBases';

/** A repository that templates are taken from fails, not the one that is changed: only who needs it waits. */
export class ElsewhereUnread extends Error {
  constructor({ repo, branch, folder }: ReadPlace, cause: unknown) {
    super(`${folder} on the branch ${branch} of ${repo}: ${cause}`, { cause });
    // It says what its cause says, and to nobody else.
    if (!isForPeople(cause)) this.name = 'ElsewhereUnread';
  }
}

/**
 * Files of a folder in another repository, where the owner's boundary lets it
 * be read.
 *
 * @throws ElsewhereUnread when its host does not answer
 */
export async function readElsewhere(
  baseOf: BaseOf,
  who: { owner: string; boundary: Boundary | undefined },
  place: ReadPlace,
): Promise<RepositoryFile[] | { reason: Reason }> {
  const reason = checkRead(who.owner, who.boundary, place);
  if (reason) return { reason };
  try {
    const found = await baseOf(place.repo, place.branch);
    return 'reason' in found ? found : await found.read([place.folder]);
  } catch (error) {
    throw new ElsewhereUnread(place, error);
  }
}
