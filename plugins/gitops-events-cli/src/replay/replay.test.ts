import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  replayRequestSchema,
  replayViewSchema,
  replayFindingSchema,
  type ReplayView,
} from '@gitops-events/plugin-gitops-events-common';
import { main } from '../main';

const id = '0123456789abcdef0123456789abcdef';
const progress: ReplayView['progress'] = {
  total: 3,
  passed: 3,
  decided: 3,
  fired: 1,
  firesNow: 1,
  noLongerFires: 0,
  other: 0,
  alike: 2,
  waiting: 0,
  uncompared: 0,
};

const finding = replayFindingSchema.parse({
  eventUid: id,
  eventType: 'image.pushed',
  eventSource: '/registry',
  eventSubject: 'shop/api:v2',
  acceptedAt: '2026-01-05T09:00:00Z',
  difference: 'firesNow',
  now: {
    outcome: 'fired',
    reason: { code: 'fired', message: '`pushed` matched.' },
    run: {
      title: 'Promote',
      mode: 'auto',
      params: {},
      steps: [
        {
          id: 'bump',
          action: 'git:change',
          change: {
            repository: 'local:deployments',
            base: 'main',
            files: [],
            diff: [
              {
                path: 'shop.yaml',
                kind: 'modified',
                additions: 1,
                deletions: 1,
                binary: false,
                patch: '@@ -1 +1 @@\n-tag: v1\n+tag: v2\n',
              },
            ],
            verdicts: [],
            mergesItself: true,
            whyNot: [],
          },
        },
      ],
    },
  },
});

/** A portal that answers as the routes say, and remembers what it was asked. */
class Portal {
  readonly asked: Array<{ url: string; token?: string; body?: any }> = [];
  progress = progress;
  private target: ReplayView['target'];
  private readonly server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { url = '' } = request;
    const token = request.headers.authorization;
    const body = text ? JSON.parse(text) : undefined;
    this.asked.push({ url, token, body });
    const answer = this.answer(url, body);
    response.statusCode = answer.status ?? 200;
    response.setHeader(
      'content-type',
      answer.status ? 'application/problem+json' : 'application/json',
    );
    response.end(JSON.stringify(answer));
  });

  async listen(): Promise<string> {
    await new Promise<void>(done => this.server.listen(0, '127.0.0.1', done));
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  close(): Promise<unknown> {
    return new Promise(done => this.server.close(done));
  }

  private answer(url: string, body: any): any {
    const { pathname, searchParams } = new URL(url, 'http://portal');
    const view = {
      id,
      sensor: 'promote',
      mode: 'dry',
      events: {},
      perSecond: 500,
      createdBy: 'user:default/pia',
      createdAt: '2026-01-05T10:00:00Z',
      progress: this.progress,
      keptDays: 14,
      ...(this.target && {
        mode: 'redirected',
        target: this.target,
        runs: [
          { state: 'applied', count: 2 },
          { state: 'held', count: 1 },
        ],
      }),
    };
    if (pathname.endsWith('/v1/replays')) {
      this.target = replayRequestSchema.parse(body).target;
      if (body.sensor === 'gone') {
        const detail = 'There is no such sensor.';
        return { type: 'about:blank', title: 'Not found', status: 404, detail };
      }
      return replayViewSchema.parse({ ...view, state: 'running' });
    }
    if (pathname.endsWith(`/v1/replays/${id}`)) {
      return replayViewSchema.parse({ ...view, state: 'done' });
    }
    const rest = this.progress.firesNow - (searchParams.has('cursor') ? 1 : 0);
    return {
      items: rest > 0 ? [finding] : [],
      ...(!searchParams.has('cursor') && rest > 0 && { nextCursor: 'more' }),
    };
  }
}

describe('gitops-events replay', () => {
  let portal: Portal;
  let url: string;
  let printed: string[];
  let complained: string[];

  beforeEach(async () => {
    portal = new Portal();
    url = await portal.listen();
    printed = [];
    complained = [];
    process.env.GITOPS_EVENTS_TOKEN = 'the-token';
  });
  afterEach(async () => {
    delete process.env.GITOPS_EVENTS_TOKEN;
    await portal.close();
  });
  const run = (...args: string[]) =>
    main(['replay', ...args], {
      print: text => printed.push(text),
      complain: text => complained.push(text),
    });

  it('tells each difference with its lines, then the sum, and exits with 1', async () => {
    expect(await run('--url', url, '--sensor', 'promote')).toBe(1);
    expect(printed).toEqual([
      `fires now: shop/api:v2, 2026-01-05T09:00:00Z (${id})`,
      '  then  it was not asked',
      '  now   fired: `pushed` matched.',
      '  shop.yaml',
      '    -tag: v1',
      '    +tag: v2',
      '3 events: 1 fires now that did not, 2 alike.',
    ]);
    expect(portal.asked.map(({ token }) => token)).toEqual(
      portal.asked.map(() => 'Bearer the-token'),
    );
    expect(portal.asked.at(-1)!.url).toContain('cursor=more');
  });

  it('exits with 0 when all is alike', async () => {
    portal.progress = { ...progress, firesNow: 0, fired: 0, alike: 3 };
    expect(await run('--url', url, '--sensor', 'promote')).toBe(0);
    expect(printed).toEqual(['3 events: all alike.']);
  });

  it('sends the text of a file, the time and what to select', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-cli-'));
    const file = path.join(folder, 'promote.yaml');
    await writeFile(file, 'kind: Sensor\n');
    const since = '2026-01-05T10:00:00Z';
    await run(file, '--url', url, '--json', '--since', since, '--said', 'held');
    await rm(folder, { recursive: true });

    expect(portal.asked[0].body).toEqual({
      yaml: 'kind: Sensor\n',
      mode: 'dry',
      events: { from: '2026-01-05T10:00:00.000Z', said: 'held' },
    });
    expect(JSON.parse(printed[0])).toMatchObject({
      replay: { id },
      findings: [{ eventUid: id }],
    });
  });

  it('asks for runs that land elsewhere, and tells how they stand', async () => {
    const to = ['--redirect', 'staging', '--cluster', 'eu-1'];
    await run('--url', url, '--sensor', 'promote', ...to, '--since', '2h');
    expect(portal.asked[0].body).toMatchObject({
      mode: 'redirected',
      target: { environment: 'staging', cluster: 'eu-1' },
    });
    expect(printed.at(-1)).toBe(
      'Runs redirected to staging, cluster eu-1 so far: 2 applied, 1 held.',
    );
  });

  it.each([
    [
      ['--sensor', 'a', '--real', '--redirect', 'staging'],
      'Give --real to land where the sensor says, or --redirect to land elsewhere.',
    ],
    [
      ['--sensor', 'a', '--cluster', 'eu-1'],
      'Say with --redirect which environment the cluster or tenant is of.',
    ],
    [['--sensor', 'gone'], 'There is no such sensor.'],
    [[], 'Give a file, or the name of a sensor with --sensor.'],
    [
      ['--sensor', 'a', '--since', 'soon'],
      '"soon" is no time; write one such as 24h, 7d or 2026-01-05T10:00:00Z.',
    ],
  ])('says what to mend: %j', async (args, message) => {
    expect(await run('--url', url, ...args)).toBe(2);
    expect(complained).toEqual([message]);
  });

  it('asks for the address and the token', async () => {
    expect(await run('--sensor', 'a')).toBe(2);
    delete process.env.GITOPS_EVENTS_TOKEN;
    expect(await run('--sensor', 'a', '--url', url)).toBe(2);
    expect(complained.join()).toMatch(/--url.*GITOPS_EVENTS_TOKEN/s);
    process.env.GITOPS_EVENTS_TOKEN = 'x';
    expect(await run('--sensor', 'a', '--url', 'http://127.0.0.1:9')).toBe(2);
    expect(complained.at(-1)).toContain('does not answer');
  });
});
