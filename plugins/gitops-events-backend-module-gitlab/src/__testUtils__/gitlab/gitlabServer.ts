/*
 * A GitLab for tests, that lives below a path: its API over a real bare
 * repository, and Git's own protocol answered by git itself. A parameter that
 * GitLab does not publish, or an order in a text of ours, fails the test.
 */
import { rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  BareRepository,
  Faults,
  git,
  temporaryFolder,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { notFound, refused, type Answer, type Route } from './answer';
import { answerGit, installHook } from './gitRoutes';
import { mergeRequestRoutes } from './mergeRequestRoutes';
import { MergeRequestStore } from './mergeRequestStore';
import { mergeRoutes } from './mergeRoutes';
import { People } from './people';
import { projectRoutes, userRoutes } from './projectRoutes';
import { usualRules } from './rules';

export const TOKEN = 'token-of-the-bot';
export const PROJECT = 'acme/platform/deployments';
const BOT = 'gitops-bot';
const ROOT = '/gitlab';

export class GitlabServer {
  readonly faults = new Faults();
  readonly rules = usualRules();
  /** `PUT /projects/:project/merge_requests/1/merge`, in the order received. */
  readonly requests: string[] = [];
  readonly people: People;
  /** What GitLab would not have understood, or would have obeyed. */
  private readonly problems: string[] = [];
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch(error => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  private queue: Promise<unknown> = Promise.resolve();
  private routes: Route[] = [];

  private constructor(
    readonly repository: BareRepository,
    readonly mergeRequests: MergeRequestStore,
    private readonly folder: string,
  ) {
    this.people = new People(repository, mergeRequests);
  }

  static async start(): Promise<GitlabServer> {
    const folder = await temporaryFolder();
    const repository = await BareRepository.create(
      path.join(folder, 'deployments.git'),
    );
    await installHook(repository);
    const mergeRequests = new MergeRequestStore(repository);
    const server = new GitlabServer(repository, mergeRequests, folder);
    await new Promise<void>(done => server.server.listen(0, '127.0.0.1', done));
    const options = {
      ...{ repository, mergeRequests, rules: server.rules },
      url: `${server.baseUrl}/${PROJECT}`,
      wrote: (text: string) => server.obey(text),
    };
    server.routes = [
      ...projectRoutes(repository, server.rules),
      ...mergeRequestRoutes(options),
      ...mergeRoutes(options),
    ];
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return `http://${this.host}${ROOT}`;
  }

  get apiBaseUrl(): string {
    return `${this.baseUrl}/api/v4`;
  }

  /** Fails where git finds anything wrong in the repository, or something was asked that GitLab does not know. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(done => this.server.close(done));
    await this.queue;
    if (this.problems.length > 0) throw new Error(this.problems.join('\n'));
    await git(this.repository.directory, ['fsck', '--strict', '--no-dangling']);
    await rm(this.folder, { recursive: true });
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url!, this.baseUrl);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = url.pathname
      .replace(`${ROOT}/api/v4`, '')
      .replace(ROOT, '')
      .replace(encodeURIComponent(PROJECT), ':project');
    const line = `${request.method} ${asked}`;
    this.requests.push(line);

    const fault = this.faults.take(line);
    if (fault?.what === 'hang') return;
    const answer: Answer =
      fault?.what === 'answer'
        ? {
            status: fault.status ?? 500,
            body: fault.body ?? 'Whoops, something went wrong on our end.',
            headers: fault.headers,
          }
        : await this.answer(request, url, asked, Buffer.concat(chunks));
    if (fault?.what === 'drop') {
      response.destroy();
      return;
    }
    send(response, answer, fault?.what === 'cut');
  }

  private async answer(
    request: IncomingMessage,
    url: URL,
    asked: string,
    body: Buffer,
  ): Promise<Answer> {
    const [kind, secret] = (request.headers.authorization ?? '').split(' ');
    const token =
      kind === 'Basic'
        ? Buffer.from(secret, 'base64').toString().split(':')[1]
        : secret;
    if (token !== TOKEN) return refused(401, '401 Unauthorized');
    const service = /^\/(.+)\.git\/(git-(?:upload|receive)-pack)$/.exec(asked);
    if (service) return this.git(service[1], service[2], body);
    return this.inTurn(() => this.api(request.method!, url, asked, body));
  }

  private async git(
    project: string,
    service: string,
    body: Buffer,
  ): Promise<Answer> {
    if (project !== PROJECT) {
      return { status: 404, body: 'The project you were looking for is not.' };
    }
    const isPush = service === 'git-receive-pack';
    if (isPush) await this.inTurn(() => this.mergeRequests.refresh('dana'));
    const answer = await answerGit(this.repository, service, body, {
      PROTECTED_BRANCH: this.rules.protectedBranch,
      ...(!isPush && { GIT_PROTOCOL: 'version=2' }),
    });
    if (isPush) await this.inTurn(() => this.mergeRequests.refresh(BOT));
    return { status: 200, body: answer };
  }

  private async api(
    method: string,
    url: URL,
    asked: string,
    body: Buffer,
  ): Promise<Answer> {
    await this.mergeRequests.refresh('dana');
    const rest = asked.split('/projects/:project')[1];
    const routes = rest === undefined ? userRoutes : this.routes;
    for (const route of routes) {
      const match = route.path.exec(rest ?? asked);
      if (!match || route.method !== method) continue;
      const parameters =
        method === 'GET'
          ? fromSearch(url.searchParams)
          : JSON.parse(body.toString() || '{}');
      const checked = route.accepts.safeParse(parameters);
      if (!checked.success) {
        this.problems.push(`${method} ${asked}: ${checked.error.message}`);
      }
      return route.answer({ params: match.slice(1), parameters, actor: BOT });
    }
    const isProject = rest !== undefined || !asked.startsWith('/projects/');
    if (isProject) this.problems.push(`GitLab has no ${method} ${asked}`);
    return notFound('Project');
  }

  /** Lines that GitLab would take for orders, outside of code. Source: its page on quick actions. */
  private obey(text = ''): void {
    const prose = text.replace(/^(`{3,}).*?^\1/gms, '');
    for (const [line] of prose.matchAll(/^\s*\/[a-z_]+.*$/gm)) {
      this.problems.push(`GitLab would have obeyed ${JSON.stringify(line)}`);
    }
  }

  /** One after the other, as one database is changed. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => {});
    return turn;
  }
}

function fromSearch(search: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(search.keys())].map(name =>
      name.endsWith('[]')
        ? [name.slice(0, -2), search.getAll(name)]
        : [name, search.get(name)],
    ),
  );
}

function send(
  response: ServerResponse,
  { status, body, headers }: Answer,
  cut: boolean,
): void {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(isJson ? JSON.stringify(body) : String(body));
  response.writeHead(status, {
    'content-type': isJson ? 'application/json' : 'text/plain',
    'ratelimit-limit': '2000',
    'ratelimit-remaining': '1999',
    ...headers,
  });
  if (!cut) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}
