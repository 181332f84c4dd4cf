import {
  AuthorizeResult,
  isPermission,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createGitopsEventsConditionalDecision,
  gitopsEventsConditions,
} from '@gitops-events/plugin-gitops-events-backend';
import {
  changeApprovePermission,
  changeMergePermission,
  gitopsEventsPermissions,
  RESOURCE_TYPE_OWNED,
  sensorReadPermission,
  stopReadPermission,
} from '@gitops-events/plugin-gitops-events-common';

/** Its members look after everything and approve what may not merge by itself. */
const platform = 'group:default/platform';

const allow: PolicyDecision = { result: AuthorizeResult.ALLOW };
const deny: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * The example's policy, first match wins. `claims` are the entity references
 * that the person acts as: the person, and the groups of the person.
 */
export function decide(
  permission: Permission,
  claims: string[],
): PolicyDecision {
  if (claims.length === 0) return deny;
  if (claims.includes(platform)) return allow;
  if (!isOurs(permission)) return allow;
  if (
    isPermission(permission, sensorReadPermission) ||
    isPermission(permission, stopReadPermission)
  ) {
    return allow;
  }
  if (
    isPermission(permission, changeApprovePermission) ||
    isPermission(permission, changeMergePermission)
  ) {
    return deny;
  }
  return isResourcePermission(permission, RESOURCE_TYPE_OWNED)
    ? createGitopsEventsConditionalDecision(
        permission,
        gitopsEventsConditions.isOwner({ claims }),
      )
    : deny;
}

function isOurs(permission: Permission): boolean {
  return gitopsEventsPermissions.some(({ name }) => name === permission.name);
}
