/*
 * A GitHub for tests: its REST and GraphQL answers over a real bare repository.
 * What it is asked and what it says is checked against the descriptions of both
 * that GitHub publishes; the first difference fails the test that made it.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { notFound, ok, type Actor, type Answer, type Route } from './answer';
import { ApiCheck } from './apiCheck';
import { takenBy, type Budgets } from './budgets';
import { AppRoutes, APP_TOKEN } from './appRoutes';
import {
  BareRepository,
  Faults,
  git,
  temporaryFolder,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { gitRoutes } from './gitRoutes';
import { answerGraphql } from './graphqlApi';
import { People } from './people';
import { pullRoutes } from './pullRoutes';
import { PullStore } from './pullStore';
import { refRoutes } from './refRoutes';
import type { Rules } from './rules';

export const TOKEN = 'token-of-the-bot';
const FULL_NAME = 'acme/deployments';
const actors: Record<string, Actor> = {
  [TOKEN]: { login: 'gitops-bot', isApp: false },
  [APP_TOKEN]: { login: 'gitops-events[bot]', isApp: true },
};

export class GithubServer {
  readonly faults = new Faults();
  private readonly check = new ApiCheck();
  readonly rules: Rules = { mergeableUnknown: 0, checks: {} };
  readonly app = new AppRoutes();
  /** What people do with its buttons. */
  readonly people = new People(this);
  /** With it, what GitHub limits is limited. */
  budgets?: Budgets;
  /** `POST /repos/acme/deployments/pulls`, in the order received. */
  readonly requests: string[] = [];
  /** Of those, how many were answered with 304. */
  unchanged = 0;
  private readonly hidden = new Map<string, number>();
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch(error => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: String(error) }));
    });
  });
  private queue: Promise<unknown> = Promise.resolve();
  private routes: Route[] = [];

  private constructor(
    readonly repository: BareRepository,
    readonly pulls: PullStore,
    private readonly folder: string,
  ) {}

  /** @param at - the folder where the repository is made; removed at the end */
  static async start(at?: string): Promise<GithubServer> {
    const folder = at ?? (await temporaryFolder());
    const repository = await BareRepository.create(
      path.join(folder, 'deployments.git'),
    );
    const server = new GithubServer(
      repository,
      new PullStore(repository),
      folder,
    );
    await new Promise<void>(done => server.server.listen(0, '127.0.0.1', done));
    const isVisible = (branch: string) => server.isVisible(branch);
    server.routes = [
      {
        method: 'GET',
        path: /^$/,
        answer: async () =>
          ok({ id: 1, node_id: 'R_deployments', full_name: FULL_NAME }),
      },
      ...refRoutes(repository, isVisible),
      ...gitRoutes(repository),
      ...pullRoutes({
        ...{ repository, isVisible, pulls: server.pulls },
        ...{ rules: server.rules, url: `${server.url}/${FULL_NAME}` },
      }),
    ];
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  get apiBaseUrl(): string {
    return `${this.url}/api/v3`;
  }

  /** GitHub shows a branch a moment after it was made. */
  hide(branch: string, looks: number): void {
    this.hidden.set(branch, looks);
  }

  /** What was asked or said that GitHub does not know, in sentences. */
  get problems(): string[] {
    return this.check.problems;
  }

  /** Fails where git finds anything wrong in the repository, or something was said that GitHub does not know. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(done => this.server.close(done));
    if (this.check.problems.length > 0) {
      throw new Error(this.check.problems.slice(0, 20).join('\n'));
    }
    await git(this.repository.directory, ['fsck', '--strict', '--no-dangling']);
    await rm(this.folder, { recursive: true });
  }

  private isVisible(branch: string): boolean {
    const left = this.hidden.get(branch) ?? 0;
    this.hidden.set(branch, left - 1);
    return left <= 0;
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text ? JSON.parse(text) : undefined;
    const asked = `${request.method} ${pathname.replace('/api/v3', '')}`;
    this.requests.push(asked);

    const fault = this.faults.take(
      body?.query ? `${asked} ${body.query}` : asked,
    );
    if (fault?.what === 'hang') return;
    const answer: Answer =
      fault?.what === 'answer'
        ? {
            status: fault.status ?? 500,
            body: fault.body ?? { message: 'Server Error' },
            headers: fault.headers,
          }
        : (this.budgets?.take(takenBy(request.method!, pathname, body)) ??
          (await this.inTurn(() =>
            this.answer(request, pathname, searchParams, body),
          )));
    if (fault?.what === 'drop') {
      response.destroy();
      return;
    }
    this.send(request, response, answer, fault?.what === 'cut');
  }

  /** One after the other, as one repository is changed. */
  private inTurn(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => {});
    return turn;
  }

  private async answer(
    request: IncomingMessage,
    pathname: string,
    query: URLSearchParams,
    body: any,
  ): Promise<Answer> {
    const token = request.headers.authorization?.split(' ')[1] ?? '';
    const actor = actors[token];
    if (pathname === '/api/graphql') {
      if (!actor) return { status: 401, body: { message: 'Bad credentials' } };
      await this.pulls.refresh('dana');
      return answerGraphql({
        ...{ repository: this.repository, pulls: this.pulls },
        ...{ rules: this.rules, fullName: FULL_NAME, actor },
        ...body,
      });
    }
    const method = request.method!;
    const asked = pathname.replace('/api/v3', '');
    this.check.request(method, asked, query, body);
    const app = this.app.answer(method, asked, token);
    if (app) return this.check.answer(method, asked, app);
    if (!actor) return { status: 401, body: { message: 'Bad credentials' } };
    await this.pulls.refresh('dana');
    const answer = await this.route(method, asked, query, body, actor);
    return this.check.answer(method, asked, answer);
  }

  private async route(
    method: string,
    asked: string,
    query: URLSearchParams,
    body: unknown,
    actor: Actor,
  ): Promise<Answer> {
    const rest = decodeURIComponent(asked).split(`/repos/${FULL_NAME}`)[1];
    for (const route of rest === undefined ? [] : this.routes) {
      const match = route.path.exec(rest);
      if (match && route.method === method) {
        return route.answer({ params: match.slice(1), query, body, actor });
      }
    }
    return notFound();
  }

  private send(
    request: IncomingMessage,
    response: ServerResponse,
    { status, body, headers }: Answer,
    cut: boolean,
  ): void {
    const text = JSON.stringify(body) ?? '';
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
    const same =
      request.method === 'GET' &&
      status === 200 &&
      request.headers['if-none-match'] === etag;
    if (same) this.unchanged++;
    response.writeHead(same ? 304 : status, {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 200 && { etag }),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      ...headers,
    });
    if (!cut) {
      response.end(same ? undefined : text);
      return;
    }
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}
