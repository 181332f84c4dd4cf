import type { Knex } from 'knex';
import {
  AuthorizeResult,
  type PermissionCriteria,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
  type PermissionRuleset,
} from '@backstage/plugin-permission-node';
import type { OwnedQuery, OwnedResource } from './isOwner';
import type { OwnedBy } from './owners';

/** What one person may see or do under one permission. */
export interface Access {
  /** Nothing at all, whoever owns it. */
  readonly denied: boolean;
  /** Whether this very thing is allowed. */
  allows(resource: OwnedResource): boolean;
  /** Narrows a query to what is allowed; both ways always agree. */
  restrict(query: Knex.QueryBuilder, ownedBy: OwnedBy): void;
}

/** Makes a decision of the permission framework usable on rows and on queries. */
export function accessOf(
  decision: PolicyDecision,
  rules: PermissionRuleset<OwnedResource, OwnedQuery>,
): Access {
  const authorizer = createConditionAuthorizer(rules);
  const transformer = createConditionTransformer<OwnedQuery>(rules);
  return {
    denied: decision.result === AuthorizeResult.DENY,
    allows: resource => authorizer(decision, resource),
    restrict(query, ownedBy) {
      if (decision.result === AuthorizeResult.CONDITIONAL) {
        const criteria = transformer(decision.conditions);
        query.where(inner => addCriteria(inner, criteria, ownedBy));
      } else if (decision.result !== AuthorizeResult.ALLOW) {
        query.whereRaw('1 = 0');
      }
    },
  };
}

function addCriteria(
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<OwnedQuery>,
  ownedBy: OwnedBy,
): void {
  if ('allOf' in criteria) {
    query.whereRaw('1 = 1');
    for (const each of criteria.allOf) {
      query.andWhere(inner => addCriteria(inner, each, ownedBy));
    }
  } else if ('anyOf' in criteria) {
    query.whereRaw('1 = 0');
    for (const each of criteria.anyOf) {
      query.orWhere(inner => addCriteria(inner, each, ownedBy));
    }
  } else if ('not' in criteria) {
    query.whereNot(inner => addCriteria(inner, criteria.not, ownedBy));
  } else {
    ownedBy(query, criteria.claims);
  }
}
