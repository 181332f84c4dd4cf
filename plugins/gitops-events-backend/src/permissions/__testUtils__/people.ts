import type {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { mockCredentials } from '@backstage/backend-test-utils';
import {
  auditReadPermission,
  changeApprovePermission,
  eventPublishPermission,
  RESOURCE_TYPE_OWNED,
  sensorReadPermission,
  stopReadPermission,
  stopUpdatePermission,
} from '@gitops-events/plugin-gitops-events-common';

/** The people and services of the tests, by the header they come with. */
export const headers = {
  anonymous: mockCredentials.none.header(),
  /** Ben, of payments: owns nothing of what the tests read. */
  otherDeveloper: mockCredentials.user.header('user:default/ben'),
  /** Ana, of shop. */
  owner: mockCredentials.user.header('user:default/ana'),
  /** Pia, of platform. */
  platform: mockCredentials.user.header('user:default/pia'),
  service: serviceHeader('plugin:scaffolder'),
  /** An external token that is limited to publishing. */
  token: serviceHeader('external:registry'),
};
export type Role = keyof typeof headers;
export const roles = Object.keys(headers) as Role[];

const claims: Record<string, string[]> = {
  'user:default/ana': ['user:default/ana', 'group:default/shop'],
  'user:default/ben': ['user:default/ben', 'group:default/payments'],
  'user:default/pia': ['user:default/pia', 'group:default/platform'],
};

/** Decides as the framework does with a policy much like the example's: some allowed, some denied, the rest for owners. */
export class TestPermissions implements PermissionsService {
  /** Of what nobody owns. */
  async authorize(
    requests: Array<{ permission: Permission }>,
    { credentials }: { credentials: BackstageCredentials },
  ) {
    return requests.map(({ permission }) => {
      if (isResourcePermission(permission)) {
        throw new Error('Decisions are made by condition, not by reference.');
      }
      return decide(permission, credentials) as {
        result: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
      };
    });
  }

  async authorizeConditional(
    requests: Array<{ permission: Permission }>,
    { credentials }: { credentials: BackstageCredentials },
  ): Promise<PolicyDecision[]> {
    return requests.map(({ permission }) => decide(permission, credentials));
  }
}

function decide(
  permission: Permission,
  credentials: BackstageCredentials,
): PolicyDecision {
  const principal = credentials.principal as
    BackstageUserPrincipal | BackstageServicePrincipal;
  if (principal.type === 'service') {
    return principal.subject === 'external:registry' &&
      permission.name !== eventPublishPermission.name
      ? { result: AuthorizeResult.DENY }
      : { result: AuthorizeResult.ALLOW };
  }
  const mine = claims[principal.userEntityRef];
  if (mine.includes('group:default/platform')) {
    return { result: AuthorizeResult.ALLOW };
  }
  switch (permission.name) {
    case sensorReadPermission.name:
      return { result: AuthorizeResult.ALLOW };
    case stopReadPermission.name:
      return { result: AuthorizeResult.ALLOW };
    case auditReadPermission.name:
    case stopUpdatePermission.name:
    case changeApprovePermission.name:
      return { result: AuthorizeResult.DENY };
    default:
      return isOwnerOf(mine);
  }
}

export function isOwnerOf(owners: string[]): PolicyDecision {
  return {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: 'gitops-events',
    resourceType: RESOURCE_TYPE_OWNED,
    conditions: {
      rule: 'IS_OWNER',
      resourceType: RESOURCE_TYPE_OWNED,
      params: { claims: owners },
    },
  };
}

function serviceHeader(subject: string): string {
  return `Bearer mock-service-token:${JSON.stringify({ sub: subject })}`;
}
