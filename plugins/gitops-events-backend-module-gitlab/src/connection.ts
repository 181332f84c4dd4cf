import { InputError } from '@backstage/errors';
import type {
  GitlabCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import type { z } from 'zod';
import type { GitTransport } from './git/gitRemote';
import { GitlabAnswer } from './gitlabAnswer';
import { projectPath } from './projectPath';

/** One call of the host: who asks, for which repository, until when. */
export interface Connection {
  /** The repository as in a sensor. */
  repository: string;
  /** Of this project: `merge_requests/7`; with a leading slash of GitLab itself: `/user`. */
  api<T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    answer: z.ZodType<T>,
    parameters?: Record<string, unknown>,
  ): Promise<T>;
  /** Git's own protocol, over HTTP with the same token. */
  git: GitTransport;
}

export interface ConnectOptions {
  integrations: ScmIntegrationRegistry;
  credentials: GitlabCredentialsProvider;
  /** Ends all of its requests. */
  signal: AbortSignal;
}

const agent = { 'user-agent': 'gitops-events' };

/** @throws InputError where no credentials are configured. */
export async function connect(
  { integrations, credentials, signal }: ConnectOptions,
  repository: string,
): Promise<Connection> {
  const integration = integrations.gitlab.byUrl(repository);
  const { token } = integration
    ? await credentials.getCredentials({ url: repository })
    : {};
  if (!integration || !token) {
    throw new InputError(
      `There are no credentials for ${repository}. Add a token under integrations.gitlab.`,
    );
  }
  const { baseUrl, apiBaseUrl } = integration.config;
  const project = projectPath(repository, baseUrl);
  const send = (url: string, init: RequestInit) =>
    // A token is for this address alone, so nothing is followed elsewhere.
    fetch(url, { ...init, signal, redirect: 'manual' });

  return {
    repository,
    async api(method, path, answer, parameters = {}) {
      const url = new URL(
        path.startsWith('/')
          ? `${apiBaseUrl}${path}`
          : `${apiBaseUrl}/projects/${encodeURIComponent(project)}/${path}`.replace(
              /\/$/,
              '',
            ),
      );
      if (method === 'GET') url.search = search(parameters);
      const response = await send(url.href, {
        method,
        headers: {
          ...agent,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        ...(method !== 'GET' && { body: JSON.stringify(parameters) }),
      });
      const text = await response.text();
      if (!response.ok) throw refusal(response, text);
      return answer.parse(parsed(text));
    },
    async git(service, body) {
      const response = await send(`${baseUrl}/${project}.git/${service}`, {
        method: 'POST',
        headers: {
          ...agent,
          // Any name goes with a token; source: GitLab's page on token authentication over Git.
          authorization: `Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`,
          'content-type': `application/x-${service}-request`,
          accept: `application/x-${service}-result`,
          ...(service === 'git-upload-pack' && { 'git-protocol': 'version=2' }),
        },
        body: new Uint8Array(body),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (!response.ok) throw refusal(response, bytes.toString('utf8'));
      return bytes;
    },
  };
}

function search(parameters: Record<string, unknown>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map(one => [`${name}[]`, String(one)])
      : [[name, String(value)]],
  );
  return new URLSearchParams(pairs).toString();
}

function refusal(response: Response, text: string): GitlabAnswer {
  return new GitlabAnswer(response.status, sentenceOf(text), response.headers);
}

/** GitLab says `{message: "..."}`, `{message: ["..."]}`, `{message: {base: ["..."]}}`, `{error: "..."}`, or plain text. */
function sentenceOf(text: string): string {
  let said: unknown = text;
  try {
    const body = JSON.parse(text);
    said = body?.message ?? body?.error_description ?? body?.error ?? text;
  } catch {
    // Plain text, or a page of a proxy.
  }
  const parts =
    typeof said === 'object' && said !== null
      ? Object.values(said).flat(2).map(String)
      : [String(said)];
  return parts.join('; ').trim().slice(0, 500) || 'nothing';
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    throw new Error("GitLab's answer broke off");
  }
}
