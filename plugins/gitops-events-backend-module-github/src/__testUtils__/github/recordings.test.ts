import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GithubServer, TOKEN } from './githubServer';
import { RestDescription } from './restDescription';

/*
 * What GitHub itself once said, as published by its own client library: the
 * server is asked the same and must answer alike, and the description that it
 * is held against must let the real answers pass.
 */
interface Recorded {
  method: string;
  path: string;
  body: any;
  status: number;
  response: any;
}

describe('the description', () => {
  it.each(['git-refs', 'add-labels-to-issue', 'errors', 'labels'])(
    'lets what GitHub said pass: %s',
    scenario => {
      const description = RestDescription.published();
      let checked = 0;
      for (const one of recordings(scenario)) {
        const { pathname, searchParams } = new URL(one.path, 'https://x');
        const key = description.find(one.method, pathname);
        // Listing all refs is an address of the past.
        if (!key) continue;
        checked++;
        const body = one.body || undefined;
        expect(description.requestProblems(key, searchParams, body)).toEqual(
          [],
        );
        const answer = one.response || undefined;
        expect(description.responseProblems(key, one.status, answer)).toEqual(
          [],
        );
      }
      expect(checked).toBeGreaterThan(0);
    },
  );

  it('does not let pass what GitHub would not say', () => {
    const description = RestDescription.published();
    const key = description.find('GET', '/repos/a/b/git/ref/heads/main')!;
    const [, made] = recordings('git-refs');
    expect(description.responseProblems(key, 200, made.response)).toEqual([]);
    const { object, ...rest } = made.response;
    expect(description.responseProblems(key, 200, rest)).not.toEqual([]);
    expect(
      description.responseProblems(key, 200, {
        ...rest,
        object: { ...object, sha: 1 },
      }),
    ).not.toEqual([]);
  });
});

describe('the server answers as GitHub did', () => {
  let server: GithubServer;
  let base: string;
  let next: string;
  beforeEach(async () => {
    server = await GithubServer.start();
    const { repository } = server;
    next = (await repository.branches()).get('main')!;
    const who = { name: 'Dana', email: 'dana@example.com' };
    const tree = (await repository.commit(next)).tree;
    base = await repository.writeCommit(
      { tree, parents: [next], message: 'Next' },
      who,
      who,
    );
  });
  afterEach(() => server.stop());

  it('on branches that are made, moved and deleted', async () => {
    const steps = recordings('git-refs').filter(
      ({ method }) => method !== 'get',
    );
    expect(steps.map(({ method }) => method)).toEqual([
      ...['post', 'patch', 'delete'],
    ]);
    // The recording's main is ahead of its first commit.
    const commits = (text: string) =>
      text.replace(/"0+1"/, `"${base}"`).replace(/"0+2"/, `"${next}"`);
    for (const step of steps) {
      const answer = await ask(step, commits);
      expect(answer.status).toBe(step.status);
      expect(shapeOf(answer.body)).toEqual(shapeOf(step.response));
    }
  });

  it('on labels that are added', async () => {
    const [, step] = recordings('add-labels-to-issue');
    const ref = 'refs/heads/one';
    await ask({ method: 'post', path: '/git/refs', body: { ref, sha: base } });
    await ask({
      ...{ method: 'post', path: '/pulls' },
      body: { title: 'One', head: 'one', base: 'main' },
    });
    const answer = await ask(step);
    expect(answer.status).toBe(step.status);
    expect(answer.body.map((it: any) => it.name)).toEqual(
      step.response.map((it: any) => it.name),
    );
    expect(Object.keys(answer.body[0]).sort()).toEqual(
      Object.keys(step.response[0]).sort(),
    );
  });

  it('on a pull request, in all that we read of one', async () => {
    const ref = 'refs/heads/one';
    await ask({ method: 'post', path: '/git/refs', body: { ref, sha: base } });
    const { body } = await ask({
      ...{ method: 'post', path: '/pulls' },
      body: { title: 'One', head: 'one', base: 'main' },
    });
    const real = payloads('pull_request').map(it => it.pull_request);
    expect(real.length).toBeGreaterThan(10);
    for (const pull of real) {
      expect(Object.keys(pull).filter(key => !(key in body))).toEqual([]);
      for (const key of ['number', 'html_url', 'state', 'title', 'draft']) {
        expect(typeof body[key]).toBe(typeof pull[key]);
      }
      for (const side of ['head', 'base']) {
        expect(body[side]).toMatchObject({
          ref: expect.any(String),
          sha: expect.stringMatching(/^[0-9a-f]{40}$/),
          repo: { id: expect.any(Number) },
        });
        expect(typeof pull[side].ref).toBe('string');
      }
    }
  });

  async function ask(
    step: Pick<Recorded, 'method' | 'path' | 'body'>,
    edit: (text: string) => string = text => text,
  ): Promise<{ status: number; body: any }> {
    const rest = step.path.replace(/^\/repos\/[^/]+\/[^/]+/, '');
    const answer = await fetch(
      `${server.apiBaseUrl}/repos/acme/deployments${rest}`,
      {
        method: step.method.toUpperCase(),
        headers: { authorization: `token ${TOKEN}` },
        ...(step.body && { body: edit(JSON.stringify(step.body)) }),
      },
    );
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : '' };
  }
});

/** Names and kinds of what is said, without the values. */
function shapeOf(value: any): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, shapeOf(value[key])]),
  );
}

function recordings(scenario: string): Recorded[] {
  return readPackageFile(
    `@octokit/fixtures/scenarios/api.github.com/${scenario}/normalized-fixture.json`,
  );
}

/** What GitHub sent to webhooks. */
function payloads(event: string): any[] {
  const all: Array<{ name: string; examples: any[] }> = readPackageFile(
    '@octokit/webhooks-examples/api.github.com/index.json',
  );
  return all.find(({ name }) => name === event)!.examples;
}

function readPackageFile(name: string): any {
  const file = require.resolve
    .paths(name)!
    .map(folder => path.join(folder, name))
    .find(existsSync)!;
  return JSON.parse(readFileSync(file, 'utf8'));
}
