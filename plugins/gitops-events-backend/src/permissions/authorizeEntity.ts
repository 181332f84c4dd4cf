import type {
  AuthService,
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { RELATION_OWNED_BY, type Entity } from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { eventPublishPermission } from '@gitops-events/plugin-gitops-events-common';
import type { Authorizer } from './authorizer';

/** How long an owner is remembered, in milliseconds: a storm on one entity asks the catalog once. */
const rememberMs = 10_000;
const maxRemembered = 10_000;

/** Whether the bearer may bring events about an entity, and whose that is. */
export type EntityAnswer = { ownerRef?: string } | { refused: string };

/**
 * Looks the entity up in the catalog and judges the permission to publish by
 * its owner. An entity that the catalog does not know is refused.
 *
 * The returned function throws ServiceUnavailableError when the catalog does
 * not answer.
 */
export function createAuthorizeEntity(options: {
  catalog: Pick<CatalogService, 'getEntityByRef'>;
  auth: AuthService;
  authorizer: Authorizer;
  logger: LoggerService;
}): (
  credentials: BackstageCredentials,
  entityRef: string,
) => Promise<EntityAnswer> {
  const { authorizer } = options;
  const ownerOf = rememberOwners(options);
  return async (credentials, entityRef) => {
    const known = await ownerOf(entityRef);
    if (!known) {
      return {
        refused: `The catalog has no ${entityRef}. Check the name, or register it first.`,
      };
    }
    const access = await authorizer.access(credentials, eventPublishPermission);
    const { ownerRef } = known;
    if (access.allows({ ownerRefs: ownerRef ? [ownerRef] : [] })) {
      return { ownerRef };
    }
    return {
      refused: ownerRef
        ? `You may not publish events about ${entityRef}. It belongs to ${ownerRef}; ask them.`
        : `You may not publish events about ${entityRef}, which has no owner. Give it one in the catalog.`,
    };
  };
}

type Known = { ownerRef?: string };

function rememberOwners(options: {
  catalog: Pick<CatalogService, 'getEntityByRef'>;
  auth: AuthService;
  logger: LoggerService;
}): (entityRef: string) => Promise<Known | undefined> {
  const { catalog, auth, logger } = options;
  const remembered = new Map<
    string,
    { until: number; owner: Promise<Known | undefined> }
  >();

  const look = async (entityRef: string): Promise<Known | undefined> => {
    try {
      const entity = await catalog.getEntityByRef(entityRef, {
        credentials: await auth.getOwnServiceCredentials(),
      });
      return entity && { ownerRef: ownerRefOf(entity) };
    } catch (error) {
      logger.warn(`The catalog does not say who owns ${entityRef}: ${error}`);
      throw new ServiceUnavailableError(
        `The catalog cannot say who owns ${entityRef} now. Send it again in a moment.`,
      );
    }
  };

  return async entityRef => {
    const now = performance.now();
    const before = remembered.get(entityRef);
    if (before && before.until > now) return before.owner;
    if (remembered.size >= maxRemembered) remembered.clear();
    const owner = look(entityRef);
    remembered.set(entityRef, { until: now + rememberMs, owner });
    // What is unknown or failed is asked again: it may be registered in a moment.
    const forget = () => {
      if (remembered.get(entityRef)?.owner === owner) {
        remembered.delete(entityRef);
      }
    };
    owner.then(known => known ?? forget(), forget);
    return owner;
  };
}

function ownerRefOf(entity: Entity): string | undefined {
  return entity.relations?.find(({ type }) => type === RELATION_OWNED_BY)
    ?.targetRef;
}
