import { once } from 'node:events';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  GithubCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import { Octokit } from '@octokit/rest';
import type { RecentMap } from '@gitops-events/plugin-gitops-events-node';
import { octokitLog } from './octokitLog';
import { repositoryName, type RepositoryName } from './repositoryName';

type RequestOptions = Parameters<Octokit['request']['endpoint']>[0] &
  Parameters<Octokit['request']['endpoint']>[1] & {
    url: string;
    method: 'GET';
  };

/** What a GET answered, by its address. */
export interface KnownAnswer {
  etag: string;
  response: { status: number; data: unknown; headers: object; url: string };
}

/** One call of the host: who asks, for which repository, until when. */
export interface Connection {
  octokit: Octokit;
  /** The repository as in a sensor. */
  repository: string;
  name: RepositoryName;
  /** Commits without an author of their own are signed by GitHub in the name of an App. */
  isApp: boolean;
}

export interface ConnectOptions {
  integrations: ScmIntegrationRegistry;
  credentials: GithubCredentialsProvider;
  logger: LoggerService;
  answers: RecentMap<KnownAnswer>;
  /** Ends all of its requests. */
  signal: AbortSignal;
}

/** @throws InputError where no credentials are configured. */
export async function connect(
  options: ConnectOptions,
  repository: string,
): Promise<Connection> {
  const name = repositoryName(repository);
  const integration = options.integrations.github.byUrl(repository);
  const { signal } = options;
  signal.throwIfAborted();
  const { token, type } = await Promise.race([
    options.credentials.getCredentials({ url: repository }),
    // The provider asks GitHub too, and would wait for ever.
    aborted(signal),
  ]);
  if (!integration || !token) {
    throw new InputError(
      `There are no credentials for ${repository}. Add a GitHub App or a token under integrations.github.`,
    );
  }
  const { logger } = options;
  const octokit = new Octokit({
    auth: token,
    baseUrl: integration.config.apiBaseUrl,
    userAgent: 'gitops-events',
    request: { signal },
    log: octokitLog(logger),
  });
  rememberAnswers(octokit, options.answers);
  refuseBrokenAnswers(octokit);
  return { octokit, repository, name, isApp: type === 'app' };
}

async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

/** Asks whether an answer is still the same; a "yes" counts against no limit of GitHub. */
function rememberAnswers(
  octokit: Octokit,
  answers: RecentMap<KnownAnswer>,
): void {
  octokit.hook.wrap('request', async (request, options) => {
    if (options.method !== 'GET') return request(options);
    const { url } = octokit.request.endpoint(options as RequestOptions);
    const known = answers.get(url);
    if (known) options.headers['if-none-match'] = known.etag;
    try {
      const response = await request(options);
      const { etag } = response.headers;
      if (etag && typeof response.data === 'object') {
        answers.set(url, { etag, response });
      }
      return response;
    } catch (error) {
      if (known && (error as { status?: number }).status === 304) {
        return known.response as Awaited<ReturnType<typeof request>>;
      }
      throw error;
    }
  });
}

/** Octokit hands a JSON body that broke off out as a text, as if all were well. */
function refuseBrokenAnswers(octokit: Octokit): void {
  octokit.hook.wrap('request', async (request, options) => {
    const response = await request(options);
    if (response.status !== 204 && typeof response.data !== 'object') {
      throw new Error("GitHub's answer broke off");
    }
    return response;
  });
}
