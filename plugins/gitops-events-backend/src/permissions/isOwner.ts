import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_OWNED } from '@gitops-events/plugin-gitops-events-common';
import { z } from 'zod';

/**
 * Whatever has owners here: an event, a run, a change, a sensor.
 *
 * @public
 */
export interface OwnedResource {
  /** Entity references in full form: `group:default/team-shop`. */
  ownerRefs: string[];
}

/**
 * Becomes a condition of the database query that lists such resources.
 *
 * @public
 */
export interface OwnedQuery {
  claims: string[];
}

/** @public */
export const ownedResourceRef = createPermissionResourceRef<
  OwnedResource,
  OwnedQuery
>().with({
  pluginId: 'gitops-events',
  resourceType: RESOURCE_TYPE_OWNED,
});

/**
 * Allows what belongs to one of the claims, usually the ownership entity
 * references of the user who asks.
 *
 * @public
 */
export const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Allow what belongs to one of the given users or groups',
  resourceRef: ownedResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe('Entity references of users and groups, in full form'),
  }),
  apply: ({ ownerRefs }, { claims }) =>
    ownerRefs.some(ref => claims.includes(ref)),
  toQuery: ({ claims }) => ({ claims }),
});

const exported = createConditionExports({
  resourceRef: ownedResourceRef,
  rules: { isOwner },
});

/**
 * Conditions for permission policies.
 *
 * @public
 */
export const gitopsEventsConditions = exported.conditions;

/**
 * Makes a policy's decision from {@link gitopsEventsConditions}.
 *
 * @public
 */
export const createGitopsEventsConditionalDecision =
  exported.createConditionalDecision;
