import { git } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  commitObject,
  editTree,
  gitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { pushBranch, type GitTransport } from '../../git/gitRemote';
import { GitlabServer, PROJECT, TOKEN } from './gitlabServer';

/*
 * The server alone, without the host: each condition that the host relies on
 * is checked there, or its tests would show nothing.
 */
const branch = 'gitops-events/one';
let server: GitlabServer;
let base: string;

jest.setTimeout(60_000);
beforeEach(async () => {
  server = await GitlabServer.start();
  base = await headOf('main');
});
afterEach(() => server.stop().catch(() => {}));

const transport: GitTransport = async (service, body) => {
  const answer = await fetch(`${server.baseUrl}/${PROJECT}.git/${service}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}`,
    },
    body: new Uint8Array(body),
  });
  return Buffer.from(await answer.arrayBuffer());
};

describe('create branch', () => {
  it('refuses one that is there, and leaves it where it is', async () => {
    const [one, other] = [await commit('a\n'), await commit('b\n')];
    expect(await push(undefined, one)).toEqual({ moved: true });
    expect(await push(undefined, other)).toMatchObject({ moved: false });
    expect(await headOf(branch)).toBe(one.id);
  });
});

describe('commit with an expected head', () => {
  it('moves the branch from there alone, also to what does not follow from it', async () => {
    const [one, other] = [await commit('a\n'), await commit('b\n')];
    await push(undefined, one);
    expect(await push(base, other)).toMatchObject({ moved: false });
    expect(await headOf(branch)).toBe(one.id);
    expect(await push(one.id, other)).toEqual({ moved: true });
    expect(await headOf(branch)).toBe(other.id);
  });

  it('refuses a branch that is gone, and a commit that is damaged', async () => {
    const one = await commit('a\n');
    expect(await push(base, one)).toMatchObject({ moved: false });
    const damaged = gitObject('commit', Buffer.from('tree nothing\n\nx\n'));
    expect(
      await push(undefined, { id: damaged.id, objects: [damaged] }),
    ).toMatchObject({ moved: false });
    expect(await branches()).toEqual(['main']);
  });
});

describe('commit to base', () => {
  it('tells what base has and did not have, newest first', async () => {
    const one = await commit('a\n');
    await push(undefined, one);
    const range = `${base}..${one.id}`;
    const answer = await api(
      'GET',
      `repository/commits?ref_name=${range}&page=1&per_page=100`,
    );
    expect(answer).toMatchObject({ status: 200, body: [{ id: one.id }] });
  });
});

describe('delete branch', () => {
  it('removes it from where it is believed alone', async () => {
    const one = await commit('a\n');
    await push(undefined, one);
    expect(await pushBranch(transport, branch, base, undefined)).toMatchObject({
      moved: false,
    });
    expect(await headOf(branch)).toBe(one.id);
    expect(await pushBranch(transport, branch, one.id, undefined)).toEqual({
      moved: true,
    });
    expect(await branches()).toEqual(['main']);
  });
});

describe('open merge request', () => {
  it('opens one for a branch and a base, and finds it in any state', async () => {
    await push(undefined, await commit('a\n'));
    const opened = await open();
    expect(opened).toMatchObject({ status: 201, body: { state: 'opened' } });
    expect(await open()).toMatchObject({ status: 409 });
    await api('PUT', 'merge_requests/1', { state_event: 'close' });
    const query = `source_branch=${branch}&state=all&scope=all&order_by=created_at&sort=desc&per_page=20`;
    expect(await api('GET', `merge_requests?${query}`)).toMatchObject({
      body: [
        { iid: 1, state: 'closed', closed_by: { username: 'gitops-bot' } },
      ],
    });
  });

  it('closes it when its branch is deleted', async () => {
    await push(undefined, await commit('a\n'));
    await open();
    await git(server.repository.directory, ['branch', '-D', branch]);
    expect(await api('GET', 'merge_requests/1')).toMatchObject({
      body: { state: 'closed', closed_by: { username: 'dana' } },
    });
  });
});

describe('merge naming the head', () => {
  it('refuses another head, and merges nothing', async () => {
    await push(undefined, await commit('a\n'));
    await open();
    expect(await merge(base)).toMatchObject({ status: 409 });
    expect(await headOf('main')).toBe(base);
  });

  it('merges once: the second time it is not mergeable any more', async () => {
    const one = await commit('a\n');
    await push(undefined, one);
    await open();
    const merged = await merge(one.id);
    const commitId = await headOf('main');
    expect(merged).toMatchObject({
      ...{ status: 200, body: { state: 'merged', merge_commit_sha: commitId } },
    });
    expect(await merge(one.id)).toMatchObject({ status: 405 });
    expect(await headOf('main')).toBe(commitId);
  });

  it('refuses what is closed, a draft, and what does not fit base any more', async () => {
    const one = await commit('a\n');
    await push(undefined, one);
    await open();
    const change = (changes: object) => api('PUT', 'merge_requests/1', changes);
    await change({ title: 'Draft: Title' });
    expect(await merge(one.id)).toMatchObject({ status: 405 });
    await change({ title: 'Title' });
    const moved = await commit('c\n');
    expect(
      await pushBranch(transport, 'main', base, moved.id, moved.objects),
    ).toEqual({ moved: true });
    expect(await merge(one.id)).toMatchObject({ status: 422 });
    expect(await api('GET', 'merge_requests/1')).toMatchObject({
      body: { detailed_merge_status: 'conflict' },
    });
    await change({ state_event: 'close' });
    expect(await merge(one.id)).toMatchObject({ status: 405 });
  });
});

it('does what it was asked, and drops the answer', async () => {
  const one = await commit('a\n');
  server.faults.add({ when: /git-receive-pack/, what: 'drop' });
  await expect(push(undefined, one)).rejects.toThrow();
  expect(await headOf(branch)).toBe(one.id);
});

it('fails the test that asks for what GitLab does not know, or gives it orders', async () => {
  await push(undefined, await commit('a\n'));
  await api('GET', 'branches');
  await api('GET', 'merge_requests/1?head=x');
  await api('POST', 'merge_requests', {
    ...{ source_branch: branch, target_branch: 'main', title: 'Title' },
    description: 'Text\n/merge',
  });
  const failure = await server.stop().then(
    () => '',
    error => String(error),
  );
  expect(failure).toContain('GitLab has no GET /projects/:project/branches');
  expect(failure).toContain('"head"');
  expect(failure).toContain('GitLab would have obeyed "/merge"');
});

/** A commit on the first one of main, that no branch has yet. */
async function commit(content: string) {
  const { tree: root } = await server.repository.commit(base);
  const load = async () => new Map();
  const files = [
    { path: 'file', mode: '100644' as const, content: Buffer.from(content) },
  ];
  const { tree, objects } = await editTree(root, files, load);
  const made = commitObject({
    ...{ tree, parents: [base], time: 1, message: content },
    author: { name: 'Dana', email: 'dana@example.com' },
  });
  return { id: made.id, objects: [...objects, made] };
}

function push(
  from: string | undefined,
  { id, objects }: { id: string; objects: Parameters<typeof pushBranch>[4] },
) {
  return pushBranch(transport, branch, from, id, objects);
}

async function api(method: string, path: string, body?: unknown) {
  const project = encodeURIComponent(PROJECT);
  const answer = await fetch(
    `${server.apiBaseUrl}/projects/${project}/${path}`,
    {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  );
  return { status: answer.status, body: await answer.json() };
}

function open() {
  return api('POST', 'merge_requests', {
    ...{ source_branch: branch, target_branch: 'main', title: 'Title' },
  });
}

function merge(sha: string) {
  return api('PUT', 'merge_requests/1/merge', {
    ...{ sha, squash: true, squash_commit_message: 'Text' },
  });
}

function headOf(name: string): Promise<string> {
  return git(server.repository.directory, ['rev-parse', `refs/heads/${name}`]);
}

async function branches(): Promise<string[]> {
  return [...(await server.repository.branches()).keys()];
}
