import { generateKeyPairSync } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import type { GithubLimits } from '../config';
import { GithubHost } from '../githubHost';
import { TOKEN, type GithubServer } from './github/githubServer';

const unlimited: GithubLimits = {
  writesPerMinute: 1_000_000,
  writesPerHour: 1_000_000,
  pushesPerMinute: 1_000_000,
};

/** A host as an installation configures it, with a token or an App. */
export function testHost(
  server: GithubServer,
  options: {
    as?: 'token' | 'app';
    timeoutMs?: number;
    limits?: GithubLimits;
  } = {},
): GithubHost {
  const { as = 'token', timeoutMs = 60_000 } = options;
  const credentials =
    as === 'token' ? { token: TOKEN } : { apps: [exampleApp()] };
  const { host, apiBaseUrl } = server;
  const integrations = ScmIntegrations.fromConfig(
    mockServices.rootConfig({
      data: {
        integrations: { github: [{ host, apiBaseUrl, ...credentials }] },
      },
    }),
  );
  return new GithubHost({
    integrations,
    credentials:
      DefaultGithubCredentialsProvider.fromIntegrations(integrations),
    config: { timeoutMs, settleMs: 1, limits: options.limits ?? unlimited },
    logger: mockServices.logger.mock(),
  });
}

let keys: { publicKey: string; privateKey: string } | undefined;

export function exampleKeys() {
  keys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return keys;
}

export function exampleApp() {
  const { privateKey } = exampleKeys();
  return {
    ...{ appId: 1, clientId: 'client', clientSecret: 'secret' },
    ...{ webhookSecret: 'secret', privateKey },
  };
}
