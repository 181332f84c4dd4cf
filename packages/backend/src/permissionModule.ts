import { createBackendModule } from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { decide } from './permissionPolicy';

export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'example-policy',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy({
          handle: async ({ permission }, user) =>
            decide(permission, user?.info.ownershipEntityRefs ?? []),
        });
      },
    });
  },
});
