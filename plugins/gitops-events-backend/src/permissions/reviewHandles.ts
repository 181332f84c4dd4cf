import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/**
 * How people and teams of the catalog are called at a forge, by the annotations
 * that its organisation provider leaves there; who has none is missing.
 *
 * @param host - of the forge, such as `github.com`
 * @returns names as in CODEOWNERS: `@pia`, `@acme/platform`
 */
export type ReviewHandles = (
  entityRefs: string[],
  host: string,
) => Promise<string[]>;

export function createReviewHandles(options: {
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  auth: AuthService;
  logger: LoggerService;
}): ReviewHandles {
  const { catalog, auth, logger } = options;
  const find: ReviewHandles = async (entityRefs, host) => {
    if (entityRefs.length === 0) return [];
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs, fields: ['kind', 'metadata'] },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return items.flatMap(entity => {
      const said = entity?.metadata.annotations ?? {};
      const [name] = ['team-slug', 'team-path', 'user-login'].flatMap(
        key => said[`${host}/${key}`] ?? [],
      );
      return name ? [`@${name}`] : [];
    });
  };
  return (entityRefs, host) =>
    find(entityRefs, host).catch(error => {
      // A catalog that is away holds no change up.
      logger.warn(`Owners are not asked for a review: ${error}`);
      return [];
    });
}
