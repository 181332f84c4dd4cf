import { git } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer, TOKEN } from './githubServer';

/*
 * The server alone, without our host: what GitHub itself checks at each step
 * of a change, so that a host that relies on it is tested against it.
 */
let server: GithubServer;
let base: string;
let other: string;
const branch = 'gitops-events/one';
const none = '0'.repeat(40);
const refOf = (sha: string) => ({ ref: `refs/heads/${branch}`, sha });

beforeEach(async () => {
  server = await GithubServer.start();
  base = await headOf('main');
  other = await commit('a: 1\n');
});
afterEach(() => server.stop());

describe('create a branch', () => {
  it('refuses one that is there', async () => {
    await createRef(branch, other);
    expect(await rest('POST', 'git/refs', refOf(base))).toMatchObject({
      status: 422,
      body: { message: 'Reference already exists' },
    });
    expect(await updateRefs(none, base)).toMatchObject({
      errors: [{ type: 'UNPROCESSABLE' }],
    });
    expect(await headOf(branch)).toBe(other);
  });

  it('makes it with its commit in one comparison', async () => {
    expect(await updateRefs(none, other)).not.toHaveProperty('errors');
    expect(await headOf(branch)).toBe(other);
  });
});

describe('commit with an expected head', () => {
  it('refuses a head that is not the present one, and moves nothing', async () => {
    await createRef(branch, other);
    const next = await commit('a: 2\n');
    expect(await updateRefs(base, next)).toMatchObject({
      errors: [{ type: 'UNPROCESSABLE' }],
    });
    expect(await headOf(branch)).toBe(other);
    expect(await updateRefs(other, next)).not.toHaveProperty('errors');
    expect(await headOf(branch)).toBe(next);
  });

  it('refuses the same for base, which is a branch as any', async () => {
    expect(await updateRefs(other, other, 'main')).toMatchObject({
      errors: [{ type: 'UNPROCESSABLE' }],
    });
    expect(await headOf('main')).toBe(base);
  });

  it('tells what base has and did not have, by which a commit to it is found again', async () => {
    expect(await updateRefs(base, other, 'main')).not.toHaveProperty('errors');
    const [above, beside] = [
      await commit('a: 2\n', other),
      await commit('b\n'),
    ];
    await updateRefs(other, above, 'main');
    expect(await rest('GET', `compare/${base}...${above}`)).toMatchObject({
      body: {
        total_commits: 2,
        commits: [{ sha: other, commit: { message: 'a: 1' } }, { sha: above }],
      },
    });
    const { body } = await rest('GET', `compare/${beside}...${base}`);
    expect(body).toMatchObject({ total_commits: 0, commits: [] });
  });

  it('refuses to delete what moved', async () => {
    await createRef(branch, other);
    expect(await updateRefs(base, none)).toHaveProperty('errors');
    expect(await headOf(branch)).toBe(other);
  });

  it('does not fast-forward what is no descendant, unless forced', async () => {
    await createRef(branch, other);
    const beside = await commit('b: 1\n');
    const move = (force?: boolean) =>
      rest('PATCH', `git/refs/heads/${branch}`, { sha: beside, force });
    expect(await move()).toMatchObject({ status: 422 });
    expect(await move(true)).toMatchObject({ status: 200 });
  });
});

describe('open a pull request', () => {
  it('refuses a second one of the same branch', async () => {
    await opened();
    expect(await open()).toMatchObject({
      status: 422,
      body: {
        errors: [
          {
            message: `A pull request already exists for acme:${branch}.`,
          },
        ],
      },
    });
    expect(server.pulls.all).toHaveLength(1);
  });

  it('opens another once the first has ended, and lists both', async () => {
    const first = await opened();
    await rest('PATCH', `pulls/${first}`, { state: 'closed' });
    const second = (await open()).body.number;
    const list = async (state: string) => {
      const query = `pulls?head=acme:${encodeURIComponent(branch)}&state=${state}`;
      return (await rest('GET', query)).body.map((it: any) => it.number);
    };
    expect(await list('all')).toEqual([second, first]);
    expect(await list('open')).toEqual([second]);
    expect(await list('closed')).toEqual([first]);
  });

  it('refuses a branch that is not there, and one with nothing new', async () => {
    expect(await open()).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'head', code: 'invalid' }] },
    });
    await createRef(branch, base);
    expect(await open()).toMatchObject({
      status: 422,
      body: { errors: [{ message: expect.stringContaining('No commits') }] },
    });
  });
});

describe('merge naming the head', () => {
  it('refuses another head, and merges nothing', async () => {
    const number = await opened();
    expect(await merge(number, base)).toMatchObject({ status: 409 });
    expect(await headOf('main')).toBe(base);
  });

  it('merges once: the second time it is not mergeable any more', async () => {
    const number = await opened();
    const merged = await merge(number, other);
    expect(merged).toMatchObject({ status: 200, body: { merged: true } });
    expect(await merge(number, other)).toMatchObject({ status: 405 });
    expect(await headOf('main')).toBe(merged.body.sha);
    expect(await rest('GET', `pulls/${number}`)).toMatchObject({
      body: { merged: true, merge_commit_sha: merged.body.sha },
    });
  });

  it('refuses what is closed, and what does not fit base any more', async () => {
    const number = await opened();
    await rest('PATCH', `pulls/${number}`, { state: 'closed' });
    expect(await merge(number, other)).toMatchObject({ status: 405 });
    await rest('PATCH', `pulls/${number}`, { state: 'open' });
    await updateRefs(base, await commit('a: 7\n'), 'main');
    expect(await merge(number, other)).toMatchObject({ status: 405 });
    expect(await rest('GET', `pulls/${number}`)).toMatchObject({
      body: { mergeable: false },
    });
  });
});

it('does what it was asked, and drops the answer', async () => {
  server.faults.add({ when: /POST .*git\/refs/, what: 'drop' });
  await expect(createRef(branch, other)).rejects.toThrow();
  expect(await headOf(branch)).toBe(other);
});

it('fails the test that asks for what GitHub does not know', async () => {
  const strange = await GithubServer.start();
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${strange.apiBaseUrl}/repos/acme/deployments/${path}`, {
      ...init,
      headers: { authorization: `token ${TOKEN}` },
    });
  await ask('git/branches');
  await ask('pulls?branch=main');
  await ask('git/refs', {
    method: 'POST',
    body: JSON.stringify({ ref: 'refs/heads/x', oid: other }),
  });
  const failure = await strange.stop().then(
    () => '',
    error => String(error),
  );
  expect(failure).toContain('GitHub has no GET /repos/acme/deployments/git/');
  expect(failure).toContain('query parameter branch is not described');
  expect(failure).toContain('"missingProperty":"sha"');
  expect(failure).toContain('"additionalProperty":"oid"');
});

async function rest(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: any }> {
  const answer = await fetch(
    `${server.apiBaseUrl}/repos/acme/deployments/${path}`,
    {
      method,
      headers: { authorization: `token ${TOKEN}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  );
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text) };
}

async function updateRefs(before: string, after: string, name = branch) {
  const answer = await fetch(`${server.url}/api/graphql`, {
    method: 'POST',
    headers: { authorization: `token ${TOKEN}` },
    body: JSON.stringify({
      query: `mutation ($update: RefUpdate!) {
        updateRefs(input: { repositoryId: "R_deployments", refUpdates: [$update] }) { clientMutationId }
      }`,
      variables: {
        update: {
          ...{ name: `refs/heads/${name}`, force: true },
          ...{ beforeOid: before, afterOid: after },
        },
      },
    }),
  });
  return answer.json();
}

async function createRef(name: string, sha: string) {
  const ref = `refs/heads/${name}`;
  expect(await rest('POST', 'git/refs', { ref, sha })).toMatchObject({
    status: 201,
  });
}

function open() {
  return rest('POST', 'pulls', {
    ...{ head: branch, base: 'main', title: 'Title', body: 'Body' },
  });
}

async function opened(): Promise<number> {
  await createRef(branch, other);
  return (await open()).body.number;
}

function merge(number: number, sha: string) {
  return rest('PUT', `pulls/${number}/merge`, {
    ...{ sha, merge_method: 'squash' },
    ...{ commit_title: 'Title', commit_message: 'Text' },
  });
}

/** A commit on the first one of main, that no branch has yet. */
async function commit(content: string, parent = base): Promise<string> {
  const { repository } = server;
  const sha = await repository.writeBlob(content);
  const tree = await repository.writeTree(base, [
    { path: 'file.yaml', mode: '100644', sha },
  ]);
  const who = { name: 'Dana', email: 'dana@example.com' };
  return repository.writeCommit(
    { tree, parents: [parent], message: content },
    who,
    who,
  );
}

function headOf(name: string): Promise<string> {
  return git(server.repository.directory, ['rev-parse', `refs/heads/${name}`]);
}
