import type { AuthService } from '@backstage/backend-plugin-api';
import {
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/** Owners of entities, asked of the catalog in one call; who has none, or is not known, is missing. */
export function createOwnersOf(options: {
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  auth: AuthService;
}): (entityRefs: string[]) => Promise<ReadonlyMap<string, string>> {
  const { catalog, auth } = options;
  return async entityRefs => {
    if (entityRefs.length === 0) return new Map();
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs, fields: ['kind', 'metadata', 'relations'] },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return new Map(
      items.flatMap(entity => {
        const owner = entity?.relations?.find(
          ({ type }) => type === RELATION_OWNED_BY,
        );
        return entity && owner
          ? [[stringifyEntityRef(entity), owner.targetRef] as const]
          : [];
      }),
    );
  };
}
