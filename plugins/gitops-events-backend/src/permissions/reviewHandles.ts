import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_SOURCE_LOCATION,
  RELATION_HAS_MEMBER,
  RELATION_OWNED_BY,
  type Entity,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { groupBy } from '../timeline/groupBy';

/** Of a team that cannot be asked as one, so many members are. */
const MAX_MEMBERS = 10;
/** Of a change of many folders, so many are looked up: they go into one address. */
const MAX_LOCATIONS = 30;

/** Whose review a change needs, as the catalog knows it. */
export interface OwnersAsked {
  /** Of the entity that it is about. */
  ownerRef?: string;
  /** For each touched path, the source locations that it may belong to, the nearest first. */
  locations: string[][];
}

/**
 * How the catalog's owners of a change are called at a forge; who has no name
 * there is missing. Of a team without a name its members are asked.
 *
 * @param handleOf - what the forge makes of the annotations of an entity
 * @returns names as in CODEOWNERS: `@pia`, `@acme/platform`
 */
export type ReviewHandles = (
  asked: OwnersAsked,
  handleOf: (annotations: Record<string, string>) => string | undefined,
) => Promise<string[]>;

export function createReviewHandles(options: {
  catalog: Pick<CatalogService, 'getEntitiesByRefs' | 'getEntities'>;
  auth: AuthService;
  logger: LoggerService;
}): ReviewHandles {
  const { catalog, auth, logger } = options;
  const credentials = async () => ({
    credentials: await auth.getOwnServiceCredentials(),
  });
  const read = async (entityRefs: string[]): Promise<Entity[]> => {
    if (entityRefs.length === 0) return [];
    const fields = ['kind', 'metadata', 'relations'];
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs: [...new Set(entityRefs)], fields },
      await credentials(),
    );
    return items.filter(entity => entity !== undefined);
  };
  /** Of what the catalog has nearest above each path. */
  const ownersOfPaths = async (locations: string[][]): Promise<string[]> => {
    const wanted = [...new Set(locations.flat())].slice(0, MAX_LOCATIONS);
    if (wanted.length === 0) return [];
    const { items } = await catalog.getEntities(
      {
        filter: {
          [`metadata.annotations.${ANNOTATION_SOURCE_LOCATION}`]: wanted,
        },
        fields: ['metadata', 'relations'],
      },
      await credentials(),
    );
    const at = groupBy(items, locationOf);
    return locations.flatMap(nearestFirst => {
      const nearest = nearestFirst.find(one => at.has(one));
      return (nearest ? at.get(nearest)! : []).flatMap(entity =>
        related(entity, RELATION_OWNED_BY),
      );
    });
  };
  const find: ReviewHandles = async ({ ownerRef, locations }, handleOf) => {
    const nameOf = ({ metadata }: Entity) =>
      handleOf(metadata.annotations ?? {}) ?? [];
    const owners = await read([
      ...(ownerRef ? [ownerRef] : []),
      ...(await ownersOfPaths(locations)),
    ]);
    const members = owners
      .filter(owner => nameOf(owner).length === 0)
      .flatMap(owner => related(owner, RELATION_HAS_MEMBER))
      .slice(0, MAX_MEMBERS);
    return [...owners, ...(await read(members))].flatMap(nameOf);
  };
  return (asked, handleOf) =>
    find(asked, handleOf).catch(error => {
      // A catalog that is away holds no change up.
      logger.warn(`Owners are not asked for a review: ${error}`);
      return [];
    });
}

function locationOf({ metadata }: Entity): string {
  return metadata.annotations?.[ANNOTATION_SOURCE_LOCATION] ?? '';
}

function related({ relations = [] }: Entity, wanted: string): string[] {
  return relations
    .filter(({ type }) => type === wanted)
    .map(({ targetRef }) => targetRef);
}
