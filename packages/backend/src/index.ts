import { createBackend } from '@backstage/backend-defaults';

const backend = createBackend();

backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('./examplePeople'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
backend.add(
  import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
);
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@gitops-events/plugin-gitops-events-backend'));
backend.add(
  import('@gitops-events/plugin-gitops-events-backend-module-github'),
);
backend.add(
  import('@gitops-events/plugin-gitops-events-backend-module-gitlab'),
);
backend.add(import('@gitops-events/plugin-gitops-events-backend-module-kafka'));
backend.add(import('@gitops-events/plugin-gitops-events-backend-module-nats'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('./permissionModule'));
backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(
  import('@gitops-events/plugin-scaffolder-backend-module-gitops-events'),
);
backend.add(import('@backstage/plugin-signals-backend'));

backend.start().catch(error => {
  console.error(
    `\n${error.message}\nThe backend does not run. Mend that, then start it again.\n`,
  );
  process.exit(1);
});
