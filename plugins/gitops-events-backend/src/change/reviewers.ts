import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { ReviewHandles } from '../permissions/reviewHandles';
import type { Change, ChangeRevision } from '../store/changeRow';
import { codeOwners, codeOwnersPlaces } from './codeOwners';

/**
 * Whom to ask for a review: the code owners of the touched paths as base has
 * them, and the catalog's owners of the entity that it is about and of what
 * lies at these paths. As CODEOWNERS names them.
 */
export async function reviewersOf(
  host: Pick<ChangeHost, 'read' | 'handleOf'>,
  { host: name, repository, base, entityOwnerRef }: Change,
  { baseCommit, diff }: ChangeRevision,
  handles: ReviewHandles,
): Promise<string[]> {
  const places = codeOwnersPlaces(name);
  const files = await host.read(repository, baseCommit, places);
  const place = places.find(one => files.some(({ path }) => path === one));
  const file = files.find(({ path }) => path === place);
  const text = file ? Buffer.from(file.content).toString('utf8') : '';
  const paths = diff.map(({ path }) => path);
  const owners = host.handleOf
    ? await handles(
        {
          ownerRef: entityOwnerRef,
          locations: paths.map(one => sourceLocations(repository, base, one)),
        },
        annotations => host.handleOf!(repository, annotations),
      )
    : [];
  return [...new Set([...codeOwners(text, paths), ...owners])];
}

/**
 * Where the catalog may say that what lies at a path comes from, the nearest
 * folder first, as its integrations of GitHub and GitLab write it. Pure. Source:
 * Backstage's page on well-known annotations, `backstage.io/source-location`.
 */
export function sourceLocations(
  repository: string,
  base: string,
  path: string,
): string[] {
  const folders = path.split('/').slice(0, -1);
  return [...folders.keys(), folders.length].reverse().flatMap(depth => {
    const folder = folders.slice(0, depth).map(part => `${part}/`);
    return ['tree', '-/tree'].map(
      tree => `url:${repository}/${tree}/${base}/${folder.join('')}`,
    );
  });
}
