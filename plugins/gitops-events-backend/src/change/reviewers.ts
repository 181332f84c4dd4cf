import type { RepositoryReader } from '@gitops-events/plugin-gitops-events-node';
import type { ReviewHandles } from '../permissions/reviewHandles';
import type { Change, ChangeRevision } from '../store/changeRow';
import { codeOwners, codeOwnersPlaces } from './codeOwners';

/**
 * Whom to ask for a review: the code owners of the touched paths as base has
 * them, and the catalog's owner of the entity that it is about. As CODEOWNERS
 * names them.
 */
export async function reviewersOf(
  host: Pick<RepositoryReader, 'read'>,
  { host: name, repository, entityOwnerRef }: Change,
  { baseCommit, diff }: ChangeRevision,
  handles: ReviewHandles,
): Promise<string[]> {
  const places = codeOwnersPlaces(name);
  const files = await host.read(repository, baseCommit, places);
  const place = places.find(one => files.some(({ path }) => path === one));
  const file = files.find(({ path }) => path === place);
  const text = file ? Buffer.from(file.content).toString('utf8') : '';
  const paths = diff.map(({ path }) => path);
  const owners =
    entityOwnerRef && URL.canParse(repository)
      ? await handles([entityOwnerRef], new URL(repository).host)
      : [];
  return [...new Set([...codeOwners(text, paths), ...owners])];
}
