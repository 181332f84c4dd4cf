import { createSign } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import { Octokit } from '@octokit/rest';
import { failedDeliveries } from './failedDeliveries';
import { octokitLog } from './octokitLog';

const PAGES = 10;

/**
 * GitHub never delivers again by itself what we could not take. Asks it to, for
 * each App that is configured; how often a message is heard does not matter.
 */
export async function redeliver(options: {
  integrations: ScmIntegrationRegistry;
  logger: LoggerService;
  signal?: AbortSignal;
}): Promise<void> {
  const { integrations, logger, signal } = options;
  for (const { config } of integrations.github.list()) {
    for (const { appId, privateKey } of config.apps ?? []) {
      const octokit = new Octokit({
        auth: appToken(appId, privateKey, Date.now()),
        baseUrl: config.apiBaseUrl,
        userAgent: 'gitops-events',
        request: { signal },
        log: octokitLog(logger),
      });
      try {
        const count = await redeliverFailed(octokit);
        if (count > 0) {
          logger.info(`Asked ${config.host} for ${count} messages again`);
        }
      } catch (error) {
        logger.warn(
          `Failed webhook deliveries of ${config.host} cannot be read: ${(error as Error).message}`,
        );
      }
    }
  }
}

async function redeliverFailed(octokit: Octokit): Promise<number> {
  const deliveries = [];
  let pages = 0;
  for await (const { data } of octokit.paginate.iterator(
    octokit.rest.apps.listWebhookDeliveries,
    { per_page: 100 },
  )) {
    deliveries.push(...data);
    if (++pages === PAGES) break;
  }
  const failed = failedDeliveries(deliveries, Date.now());
  for (const { id } of failed) {
    await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id });
  }
  return failed.length;
}

/** What an App says who it is with, for a few minutes. Source: GitHub's page on JSON Web Tokens for Apps. */
export function appToken(
  appId: number | string,
  privateKey: string,
  now: number,
): string {
  const seconds = Math.floor(now / 1000);
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iat: seconds - 60, exp: seconds + 540, iss: String(appId) };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const signature = createSign('RSA-SHA256')
    .update(signed)
    .sign(privateKey, 'base64url');
  return `${signed}.${signature}`;
}
