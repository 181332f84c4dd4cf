import type { Request } from 'express';
import type { Knex } from 'knex';
import type {
  BackstageCredentials,
  HttpAuthService,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  isResourcePermission,
  type Permission,
} from '@backstage/plugin-permission-common';
import {
  gitopsEventsPermissions,
  RESOURCE_TYPE_OWNED,
} from '@gitops-events/plugin-gitops-events-common';
import { principalOf, userOf } from '../pipeline/principal';
import { accessOf, type Access } from './access';
import { isOwner, ownedResourceRef } from './isOwner';
import { readOwned } from './readOwned';

/** Says what a caller may do. */
export interface Authorizer {
  /** @throws AuthenticationError when nobody says who asks. */
  authenticate(request: Request): Promise<BackstageCredentials>;
  access(
    credentials: BackstageCredentials,
    permission: Permission,
  ): Promise<Access>;
}

export interface AuthorizerOptions {
  /** Where owners are looked up, when the permission backend asks about one thing by its reference. */
  knex: Knex;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
}

/** Registers our resource type, its permissions and its one rule; call once, before the plugin has started. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { knex, httpAuth, permissions, permissionsRegistry } = options;
  permissionsRegistry.addResourceType({
    resourceRef: ownedResourceRef,
    permissions: gitopsEventsPermissions.filter(permission =>
      isResourcePermission(permission, RESOURCE_TYPE_OWNED),
    ),
    rules: [isOwner],
    getResources: refs => readOwned(knex, refs),
  });
  permissionsRegistry.addPermissions(
    gitopsEventsPermissions.filter(
      permission => !isResourcePermission(permission),
    ),
  );
  const rules = permissionsRegistry.getPermissionRuleset(ownedResourceRef);
  return {
    authenticate: request =>
      httpAuth.credentials(request, { allow: ['user', 'service'] }),
    async access(credentials, permission) {
      const [decision] = isResourcePermission(permission)
        ? await permissions.authorizeConditional([{ permission }], {
            credentials,
          })
        : await permissions.authorize([{ permission } as never], {
            credentials,
          });
      return accessOf(decision, rules);
    },
  };
}

/** The caller as decisions, the chain and the timeline name it: a person, also behind a plugin, or a service. */
export function callerOf(credentials: BackstageCredentials): string {
  const principal = principalOf(credentials);
  return userOf(principal) ?? principal;
}
