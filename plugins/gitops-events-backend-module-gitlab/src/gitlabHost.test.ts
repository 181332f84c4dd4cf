import type {
  ChangeHost,
  HostWrite,
} from '@gitops-events/plugin-gitops-events-node';
import {
  git,
  pushByHand,
  textFile,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GitlabServer } from './__testUtils__/gitlab/gitlabServer';
import { repositoryOn, testHost } from './__testUtils__/testHost';

const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const branch = 'gitops-events/one';
let server: GitlabServer;
let host: ChangeHost;
let repository: string;
let base: string;

jest.setTimeout(60_000);

beforeEach(async () => {
  server = await GitlabServer.start();
  repository = repositoryOn(server);
  host = testHost(server);
  base = (await host.head(repository, 'main'))!;
});
afterEach(() => server.stop());

async function commit(text = 'a\n', expectedHead?: string, name = branch) {
  const outcome = await host.commit({
    ...{ repository, branch: name, expectedHead, parent: base, author },
    files: [textFile('a.yaml', text)],
    message: 'Change',
    time: 1_800_000_000,
  });
  if (outcome.outcome !== 'committed') throw new Error(outcome.outcome);
  return outcome.commit;
}

const propose = (
  over: Partial<Parameters<ChangeHost['propose']>[0]> = {},
): ReturnType<ChangeHost['propose']> =>
  host.propose({
    ...{ repository, branch, base: 'main', title: 'Title', body: 'Body' },
    labels: [],
    ...over,
  });
const merge = (number: number, expectedHead: string) =>
  host.merge({
    ...{ repository, number, base: 'main', expectedHead, author },
    message: 'Merge\n\nGitOps-Change: one',
  });
const log = async (range: string) =>
  (await git(server.repository.directory, ['log', '--format=%s', range])).split(
    '\n',
  );

describe('limits', () => {
  it('no call takes more than it says', async () => {
    const [{ units }] = host.limits!(repository);
    const writes = async (call: () => Promise<unknown>) => {
      const before = server.requests.length;
      await call();
      return server.requests
        .slice(before)
        .filter(it => !/^GET|git-upload-pack$/.test(it)).length;
    };
    let head = '';
    let pull = 0;
    const taken: Record<string, number> = {
      commit: await writes(async () => {
        head = await commit();
      }),
      propose: await writes(async () => {
        const more = { labels: ['a'], reviewers: ['@pia'], draft: true };
        pull = (await propose(more)).number;
      }),
      merge: await writes(() => merge(pull, head)),
    };
    const other = 'gitops-events/two';
    await commit('b\n', undefined, other);
    const { number } = await propose({ branch: other });
    taken.close = await writes(() =>
      host.close({ repository, number, reason: 'No' }),
    );
    for (const [call, count] of Object.entries(taken)) {
      expect(count).toBeGreaterThan(0);
      expect([call, count <= units[call as HostWrite]]).toEqual([call, true]);
    }
  });

  it('are not used up by a label with a comma, which GitLab divides', async () => {
    await commit();
    const labels = ['team, platform'];
    await propose({ labels });
    const sent = server.requests.length;
    await propose({ labels });
    const again = server.requests.slice(sent);
    expect(again.filter(it => it.startsWith('PUT'))).toEqual([]);
  });

  it.each<[string, RegExp, () => Promise<unknown>]>([
    ['git', /git-upload-pack/, () => host.head(repository, 'main')],
    ['the API', /merge_requests/, () => host.get(repository, branch)],
  ])('of %s are obeyed as long as it asks for', async (_, when, call) => {
    server.faults.add({
      ...{ when, what: 'answer', status: 429, body: 'Retry later\n' },
      headers: { 'retry-after': '30' },
    });
    const sent = server.requests.length + 1;
    await expect(call()).rejects.toMatchObject({
      name: 'RetryLaterError',
      afterMs: 30_000,
    });
    // Meanwhile nothing is sent, whoever asks.
    await expect(commit()).rejects.toMatchObject({ name: 'RetryLaterError' });
    expect(server.requests).toHaveLength(sent);
  });

  it('waits until the time at which GitLab begins to count anew', async () => {
    server.faults.add({
      ...{ when: /git-upload-pack/, what: 'answer', status: 429, body: '' },
      headers: {
        'ratelimit-reset': String(Math.floor(Date.now() / 1000) + 600),
      },
    });
    const error = await host.head(repository, 'main').catch(it => it);
    expect(error.name).toBe('RetryLaterError');
    expect(error.afterMs).toBeGreaterThan(590_000);
    expect(error.afterMs).toBeLessThanOrEqual(600_000);
  });
});

describe('what GitLab takes note of late', () => {
  it('is no person who moved the branch, and no stale merge', async () => {
    const first = await commit();
    const { number } = await propose();
    server.mergeRequests.lagging = true;
    const second = await commit('b\n', first);
    expect(await host.get(repository, branch)).toMatchObject({ head: second });
    await expect(merge(number, second)).rejects.toMatchObject({
      name: 'Error',
    });
    server.mergeRequests.lagging = false;
    expect(await merge(number, second)).toMatchObject({ outcome: 'merged' });
  });

  it('is merged, not closed, when the branch went with a merge', async () => {
    const head = await commit();
    await propose();
    const { repository: bare } = server;
    server.mergeRequests.lagging = true;
    await bare.updateRefs([
      { name: 'refs/heads/main', before: base, after: head },
      { name: `refs/heads/${branch}`, before: head, after: '0'.repeat(40) },
    ]);
    const looked = host.get(repository, branch);
    server.mergeRequests.lagging = false;
    expect(await looked).toMatchObject({ state: 'merged', endedBy: 'dana' });
  });

  it('is closed in the end, when GitLab leaves it open without its branch', async () => {
    await commit();
    await propose();
    server.mergeRequests.lagging = true;
    await git(server.repository.directory, ['branch', '-D', branch]);
    expect(await host.get(repository, branch)).toMatchObject({
      ...{ state: 'closed', endedBy: 'somebody' },
    });
  });

  it('is no conflict while it is not computed', async () => {
    const head = await commit();
    const { number } = await propose();
    server.rules.unchecked = 5;
    await expect(merge(number, head)).rejects.toMatchObject({ name: 'Error' });
  });
});

describe('merging by the method of the project', () => {
  it('has our message on base, whichever commits GitLab makes', async () => {
    const head = await commit();
    const { number } = await propose();
    expect(await merge(number, head)).toMatchObject({ outcome: 'merged' });
    expect(await log(`${base}..main`)).toEqual(['Merge', 'Merge']);
    const last = ['log', '-1', '--format=%B', 'main'];
    expect(await git(server.repository.directory, last)).toBe(
      'Merge\n\nGitOps-Change: one',
    );
  });

  it.each(['ff', 'rebase_merge'] as const)(
    'renders again when base moved, with %s',
    async method => {
      server.rules.method = method;
      const head = await commit();
      const { number } = await propose();
      const { directory } = server.repository;
      const moved = await pushByHand(directory, 'main', [
        textFile('other', 'x\n'),
      ]);
      expect(await merge(number, head)).toEqual({
        ...{ outcome: 'conflict', baseHead: moved },
      });
      base = moved;
      const again = await commit('a\n', head);
      const merged = await merge(number, again);
      expect(merged).toEqual({
        outcome: 'merged',
        commit: await host.head(repository, 'main'),
      });
      expect(await merge(number, again)).toEqual(merged);
    },
  );

  it('boards no merge train before its pipeline is over', async () => {
    server.rules.mergeTrains = true;
    const head = await commit();
    const { number } = await propose();
    const web_url = 'https://gitlab.example.com/p/1';
    server.rules.pipeline = { status: 'running', web_url };
    // Where it must pass, and where it need not.
    for (const status of ['ci_still_running', undefined]) {
      server.rules.status = status;
      expect(await merge(number, head)).toEqual({
        ...{ outcome: 'blocked', checking: true },
        message: `Waits for its pipeline on GitLab. It is running: ${web_url}`,
      });
    }
    expect(await host.get(repository, branch)).toMatchObject({ state: 'open' });
    await expect(server.people.trainArrives(branch)).rejects.toThrow();
    server.rules.pipeline = { status: 'success', web_url };
    await merge(number, head);
    await server.people.trainArrives(branch);
    expect(await host.get(repository, branch)).toMatchObject({
      state: 'merged',
    });
  });

  it('boards a merge train, once, and is ours when it arrives', async () => {
    server.rules.mergeTrains = true;
    const head = await commit();
    const { number } = await propose();
    expect(await merge(number, base)).toEqual({ outcome: 'stale', head });
    server.rules.status = 'not_approved';
    expect(await merge(number, head)).toMatchObject({
      message: 'Waits for an approval on GitLab.',
    });
    server.rules.status = undefined;
    const boarded = await merge(number, head);
    expect(boarded).toMatchObject({ outcome: 'blocked' });
    expect(await merge(number, head)).toMatchObject({
      ...{ outcome: 'blocked', message: 'Is on a merge train of GitLab.' },
    });
    // Who only looks is told that it still waits.
    expect(await host.blocked!({ repository, number })).toEqual({
      checking: true,
    });
    const boardings = /^POST .*merge_trains/;
    // Two that were refused, and one.
    expect(server.requests.filter(it => boardings.test(it))).toHaveLength(3);
    const arrived = await server.people.trainArrives(branch);
    const found = await host.get(repository, branch);
    expect(found).toMatchObject({ state: 'merged', mergeCommit: arrived });
    expect(found?.endedBy).toBeUndefined();
    expect(await merge(number, head)).toEqual({
      ...{ outcome: 'merged', commit: arrived },
    });
  });
});

describe('what a person must mend', () => {
  it('is told in a sentence when a rule blocks the merge', async () => {
    const head = await commit();
    const { number } = await propose();
    server.rules.status = 'ci_still_running';
    server.rules.pipeline = {
      ...{ status: 'running', web_url: 'https://gitlab.example.com/p/1' },
    };
    expect(await merge(number, head)).toEqual({
      ...{ outcome: 'blocked', checking: true },
      message:
        'Waits for its pipeline on GitLab. It is running: https://gitlab.example.com/p/1',
    });
    const look = () => host.blocked!({ repository, number });
    expect(await look()).toEqual({
      message: expect.stringMatching(/^Waits for its pipeline on GitLab/),
      checking: true,
    });
    // One that comes with a newer GitLab.
    server.rules.status = 'something_new';
    expect(await merge(number, head)).toEqual({
      outcome: 'blocked',
      message: 'GitLab says: 405 Method Not Allowed',
    });
    server.rules.status = undefined;
    expect(await look()).toBeUndefined();
    server.rules.mayNotMerge = true;
    expect(await merge(number, head)).toMatchObject({
      outcome: 'blocked',
      message: expect.stringContaining('protected branches'),
    });
  });

  it('is a push that a rule of the project refuses', async () => {
    server.rules.protectedBranch = branch;
    await expect(commit()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(
        'You are not allowed to push code to protected branches',
      ),
    });
  });

  it('is a push that GitLab does not allow these credentials', async () => {
    server.faults.add({
      ...{ when: /git-receive-pack/, what: 'answer', status: 403 },
      body: 'You are not allowed to push code to this project.',
    });
    await expect(commit()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('not allowed to push'),
    });
  });

  it('is a project that was moved, and the token is not sent after it', async () => {
    server.faults.add({
      ...{ when: /git-upload-pack/, what: 'answer', status: 301 },
      headers: { location: `${server.baseUrl}/elsewhere` },
    });
    await expect(host.head(repository, 'main')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('was moved'),
    });
    expect(server.requests.at(-1)).not.toContain('elsewhere');
  });

  it('is tried again while GitLab does not accept the credentials', async () => {
    const stranger = testHost(server, { token: 'revoked' });
    await expect(stranger.head(repository, 'main')).rejects.toMatchObject({
      name: 'Error',
      message: expect.stringContaining('credentials'),
    });
  });

  it('is a name that is no repository', async () => {
    const { baseUrl, host: address } = server;
    for (const url of [
      ...[`${baseUrl}/acme`, `${baseUrl}/acme/x.git`, `${baseUrl}/a/../..`],
      ...[`${baseUrl}/a/-/b`, `${baseUrl}/a/b?c`, `http://${address}/a/b`],
    ]) {
      await expect(host.head(url, 'main')).rejects.toMatchObject({
        name: 'InputError',
      });
    }
  });

  it.each([
    ['with a line of its own', 'one\nwant 1'],
    ['with an end of its own', 'one\0 report-status'],
    ['out of its folder', '../../config'],
  ])('is the name of a branch %s', async (_, name) => {
    const before = await server.repository.branches();
    await expect(commit('a\n', undefined, name)).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(host.head(repository, name)).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(propose({ base: name })).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(
      host.read(repository, `${base}\n${name}`, ['./']),
    ).rejects.toMatchObject({ name: 'InputError' });
    expect(await server.repository.branches()).toEqual(before);
  });

  it('is a commit that is not there', async () => {
    await expect(
      host.read(repository, '1'.repeat(40), ['./']),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});

describe('texts', () => {
  // The server fails a test when it would have obeyed.
  it('give no orders to GitLab', async () => {
    const orders = 'Hello\n/merge\n  /approve\n> /close\n/label ~x';
    const head = await commit();
    const { number } = await propose({ body: orders });
    await propose({ body: `${orders}\nagain` });
    await host.comment({ repository, number, key: 'a', text: orders });
    await host.close({ repository, number, reason: '/reopen\n/merge' });
    const [found] = server.mergeRequests.all;
    expect(found.description).toContain('\\/merge');
    expect(head).toBeTruthy();
  });

  it('make no draft of what is none, and one of what is', async () => {
    await commit();
    const opened = await propose({ title: 'Draft: [Draft] of a title' });
    expect(opened).toMatchObject({ title: 'of a title', draft: false });
  });

  it('follow a newer run; labels and reviewers of people stay', async () => {
    await commit();
    const { number } = await propose({ labels: ['a'], reviewers: ['@pia'] });
    const found = server.mergeRequests.find(number)!;
    found.labels.push('theirs');
    found.reviewers = ['dana'];
    await propose({ title: 'Newer', labels: ['b'], reviewers: ['@pia'] });
    expect(found).toMatchObject({
      ...{ title: 'Newer', labels: ['a', 'theirs', 'b'], reviewers: ['dana'] },
    });
  });
});

describe('reading', () => {
  it('reads any bytes, and 300 files in a few requests', async () => {
    const bytes = Buffer.from([0, 255, 1, 128]);
    const files = Array.from({ length: 300 }, (_, index) =>
      textFile(`apps/${index % 10}/${index}.yaml`, `n: ${index}\r\n`),
    );
    const head = await pushByHand(server.repository.directory, 'main', [
      ...files,
      { path: 'bytes', mode: '100644', content: bytes },
    ]);
    const before = server.requests.length;
    const found = await host.read(repository, head, ['apps/', 'bytes']);
    expect(found).toHaveLength(301);
    // The commit, three levels of folders, the files.
    expect(server.requests.length - before).toBe(5);
    const sent = new Map(files.map(file => [file.path, file.content!]));
    sent.set('bytes', bytes);
    for (const { path, content } of found) {
      expect(Buffer.compare(content, sent.get(path)!)).toBe(0);
    }
    await host.read(repository, head, ['apps/']);
    expect(server.requests.length - before).toBe(5);
  });

  it('writes any bytes and modes, as the author at the time given', async () => {
    const content = Buffer.from([0, 255, 1, 128]);
    const outcome = await host.commit({
      ...{ repository, branch, expectedHead: undefined, parent: base, author },
      files: [{ path: 'run', mode: '100755', content }],
      message: 'Bytes',
      time: 1_800_000_000,
    });
    expect(outcome.outcome).toBe('committed');
    const { directory } = server.repository;
    expect(await git(directory, ['ls-tree', branch, 'run'])).toMatch(/^100755/);
    expect(
      await git(directory, ['log', '-1', '--format=%an %at', branch]),
    ).toBe('GitOps Events 1800000000');
  });
});
