import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  authProvidersExtensionPoint,
  createProxyAuthProviderFactory,
  createProxyAuthenticator,
} from '@backstage/plugin-auth-node';

/** The header in which the example's sign-in page names the person chosen. */
const header = 'x-example-person';

const authenticator = createProxyAuthenticator({
  initialize() {},
  defaultProfileTransform: async ({ person }: { person: string }) => ({
    profile: { displayName: person },
  }),
  async authenticate({ req }) {
    const person = req.header(header);
    if (!person) {
      throw new InputError(
        `Choose a person: the header ${header} names a user of the catalog.`,
      );
    }
    return { result: { person } };
  },
});

/**
 * Signs anybody in as any user of the example catalog, without a password.
 * That is for a first look on one's own machine alone, so it refuses to start
 * elsewhere.
 */
export default createBackendModule({
  pluginId: 'auth',
  moduleId: 'example-people',
  register(env) {
    env.registerInit({
      deps: {
        providers: authProvidersExtensionPoint,
        logger: coreServices.logger,
      },
      async init({ providers, logger }) {
        refuseOutsideDevelopment(process.env.NODE_ENV);
        logger.info('Example people can sign in without a password.');
        providers.registerProvider({
          providerId: 'examplePeople',
          factory: createProxyAuthProviderFactory({
            authenticator,
            signInResolver: ({ result }, context) =>
              context.signInWithCatalogUser({
                entityRef: { name: result.person },
              }),
          }),
        });
      },
    });
  },
});

export function refuseOutsideDevelopment(environment: string | undefined) {
  if (environment !== 'development' && environment !== 'test') {
    throw new Error(
      `The example people sign in without a password, so they are for development only, but NODE_ENV is "${
        environment ?? ''
      }". Remove ./examplePeople from packages/backend/src/index.ts and add an auth provider of your own.`,
    );
  }
}
