import type {
  ChangeHost,
  FileWrite,
} from '@gitops-events/plugin-gitops-events-node';
import {
  git,
  pushByHand,
  textFile,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer } from './__testUtils__/github/githubServer';
import { testHost } from './__testUtils__/testHost';

const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const branch = 'gitops-events/one';
let server: GithubServer;
let host: ChangeHost;
let repository: string;
let base: string;

jest.setTimeout(60_000);

beforeEach(async () => {
  server = await GithubServer.start();
  repository = `${server.url}/acme/deployments`;
  host = testHost(server);
  base = (await host.head(repository, 'main'))!;
});
afterEach(() => server.stop());

async function commit(text = 'a\n', expectedHead?: string) {
  const outcome = await host.commit({
    ...{ repository, branch, expectedHead, parent: base, author },
    files: [textFile('a.yaml', text)],
    message: 'Change',
    time: 1_800_000_000,
  });
  if (outcome.outcome !== 'committed') throw new Error(outcome.outcome);
  return outcome.commit;
}

const propose = () =>
  host.propose({
    ...{ repository, branch, base: 'main', title: 'Title', body: 'Body' },
    labels: [],
  });
const merge = (number: number, expectedHead: string) =>
  host.merge({
    ...{ repository, number, base: 'main', expectedHead },
    ...{ message: 'Merge', author },
  });

describe('limits', () => {
  const writes = async (call: () => Promise<unknown>) => {
    const before = server.requests.length;
    await call();
    return server.requests
      .slice(before)
      .filter(request => !/^GET/.test(request) && !/graphql/.test(request))
      .length;
  };
  const taken = (of?: Parameters<NonNullable<ChangeHost['limits']>>[1]) =>
    host.limits!(repository, of)[0].units;
  const proposal = {
    ...{ branch, base: 'main', title: 'Title', body: 'Body' },
    labels: ['gitops'],
  };
  const proposeBeside = async () => {
    const beside = 'gitops-events/beside';
    await host.commit({
      ...{ repository, branch: beside, expectedHead: undefined, parent: base },
      ...{ author, files: [textFile('b.yaml', 'b\n')], message: 'Change' },
      time: 1_800_000_000,
    });
    return host.propose({ ...proposal, repository, branch: beside });
  };

  it('no call takes more than it says', async () => {
    const kinds: Array<[string, FileWrite[]]> = [
      ['text', [textFile('a.yaml', 'a\n')]],
      [
        'no text',
        Array.from({ length: 20 }, (_, n) => ({
          ...{ path: `logos/${n}.png`, mode: '100644' as const },
          content: Buffer.from([0, 1, 2, n]),
        })),
      ],
    ];
    const within = async (kind: string, files: FileWrite[]) => {
      const request = {
        ...{ repository, branch: `gitops-events/${kind.length}`, author },
        ...{ expectedHead: undefined, parent: base, files },
        ...{ message: 'Change', time: 1_800_000_000 },
      };
      const sent = await writes(() => host.commit(request));
      // The one that moves the branch is a mutation.
      const { commit: units } = taken(request);
      expect([kind, sent + 1 <= units]).toEqual([kind, true]);
      expect(sent).toBeGreaterThan(files.length === 1 ? 1 : 20);
    };
    for (const [kind, files] of kinds) await within(kind, files);
  });

  it.each<[string, string[]]>([
    ['nobody', []],
    ['one', ['@nobody']],
    ['three whom GitHub does not know together', ['@pia', '@nobody', '@dana']],
  ])(
    'proposing takes no more than it says, with a review of %s',
    async (_, reviewers) => {
      await commit();
      const request = { ...proposal, repository, reviewers, draft: true };
      const sent = await writes(() => host.propose(request));
      expect(sent).toBeGreaterThan(reviewers.length);
      expect(sent).toBeLessThanOrEqual(taken(request).propose);
      // The content was replaced.
      const again = { ...request, title: 'Other', labels: ['more'] };
      expect(await writes(() => host.propose(again))).toBeLessThanOrEqual(
        taken(again).propose,
      );
    },
  );

  it('ending a draft takes no more than it says', async () => {
    const head = await commit();
    const { number } = await host.propose({
      ...{ ...proposal, repository, draft: true },
    });
    const mutations = () =>
      server.requests.filter(request => /POST .*graphql/.test(request)).length;
    const before = mutations();
    const sent = await writes(() => merge(number, head));
    // Made ready, and its branch is removed.
    expect(sent + mutations() - before).toBe(taken().merge);
    const other = await proposeBeside();
    const closing = await writes(() =>
      host.close({ repository, number: other.number, reason: 'No' }),
    );
    expect(closing).toBe(1);
    expect(closing + 1).toBeLessThanOrEqual(taken().close);
  });

  it.each([
    ['token', true],
    ['app', false],
  ] as const)('of a %s are one for all owners: %p', async (as, shared) => {
    host = testHost(server, { as });
    const keys = ['acme', 'other', 'Acme'].map(
      owner => host.limits!(`${server.url}/${owner}/deployments`)[0].key,
    );
    expect(keys[0] === keys[1]).toBe(shared);
    expect(keys[0]).toBe(keys[2]);
  });

  it('of a repository are one however its name is written', () => {
    const keys = ['acme/deployments', 'Acme/Deployments'].map(
      name => host.limits!(`${server.url}/${name}`).at(-1)!.key,
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it.each([403, 429])('waits as long as %d asks for', async status => {
    server.faults.add({
      ...{ when: /git\/ref/, what: 'answer', status },
      headers: { 'retry-after': '30' },
      body: { message: 'You have exceeded a secondary rate limit.' },
    });
    const before = server.requests.length;
    await expect(host.head(repository, 'main')).rejects.toMatchObject({
      name: 'RetryLaterError',
      afterMs: 30_000,
    });
    // Meanwhile nothing is sent, whoever asks.
    await expect(commit()).rejects.toMatchObject({ name: 'RetryLaterError' });
    expect(server.requests).toHaveLength(before + 1);
  });

  it('waits until the hour is over when it is used up', async () => {
    server.faults.add({
      ...{ when: /graphql/, what: 'answer', status: 200 },
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 600),
      },
      body: { errors: [{ type: 'RATE_LIMITED', message: 'Too much' }] },
    });
    const error = await host.read(repository, base, ['./']).catch(it => it);
    expect(error.name).toBe('RetryLaterError');
    expect(error.afterMs).toBeGreaterThan(590_000);
    expect(error.afterMs).toBeLessThanOrEqual(600_000);
  });

  it('asks whether an answer is still the same, which counts for nothing', async () => {
    await commit();
    await propose();
    await host.get(repository, branch);
    const [requests, unchanged] = [server.requests.length, server.unchanged];
    await host.get(repository, branch);
    expect(server.requests.length - requests).toBe(
      server.unchanged - unchanged,
    );
  });
});

describe('what GitHub shows late', () => {
  it('is no missing branch when a pull request is opened', async () => {
    await commit();
    server.hide(branch, 2);
    await expect(propose()).rejects.toMatchObject({ name: 'Error' });
    expect(await propose()).toMatchObject({ state: 'open' });
  });

  it('is no stale head for who reads it after a refusal', async () => {
    const head = await commit();
    server.hide(branch, 2);
    expect(await commit()).toBe(head);
  });

  it('is no person who moved the branch', async () => {
    const first = await commit();
    await propose();
    server.pulls.lagging = true;
    const second = await commit('b\n', first);
    await expect(host.get(repository, branch)).rejects.toMatchObject({
      name: 'Error',
    });
    server.pulls.lagging = false;
    expect(await host.get(repository, branch)).toMatchObject({ head: second });
  });

  it('is no stale merge', async () => {
    const first = await commit();
    const { number } = await propose();
    server.pulls.lagging = true;
    const second = await commit('b\n', first);
    await expect(merge(number, second)).rejects.toMatchObject({
      name: 'Error',
    });
    server.pulls.lagging = false;
    expect(await merge(number, second)).toMatchObject({ outcome: 'merged' });
  });

  it('is no conflict while it is not computed', async () => {
    const head = await commit();
    const { number } = await propose();
    server.rules.mergeRefusal = 'Pull Request is not mergeable';
    // It is looked at before, and after the refusal.
    server.rules.mergeableUnknown = 2;
    await expect(merge(number, head)).rejects.toMatchObject({ name: 'Error' });
  });
});

describe('what a person must mend', () => {
  it('is told in the words of GitHub when a rule blocks the merge', async () => {
    const head = await commit();
    const { number } = await propose();
    server.rules.mergeRefusal =
      'At least 1 approving review is required by reviewers with write access.';
    expect(await merge(number, head)).toEqual({
      outcome: 'blocked',
      message:
        'GitHub says: At least 1 approving review is required by reviewers with write access.',
    });
    server.rules.mergeRefusal =
      'Base branch was modified. Review and try the merge again.';
    await expect(merge(number, head)).rejects.toMatchObject({ name: 'Error' });
  });

  it('names the permission that is missing', async () => {
    server.faults.add({
      ...{ when: /POST .*git\/trees/, what: 'answer', status: 403 },
      headers: { 'x-accepted-github-permissions': 'contents=write' },
      body: { message: 'Resource not accessible by integration' },
    });
    await expect(commit()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('contents=write'),
    });
  });

  it('is a rule that keeps the branch from being made', async () => {
    await host.read(repository, base, ['a.yaml']);
    server.faults.add({
      ...{ when: /updateRefs/, what: 'answer', status: 200 },
      body: {
        data: null,
        errors: [
          {
            type: 'UNPROCESSABLE',
            message: 'Repository rule violations found',
          },
        ],
      },
    });
    await expect(commit()).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('rule violations'),
    });
  });

  it('is no branch that somebody moves at this moment', async () => {
    const head = await commit();
    const moved = await pushByHand(server.repository.directory, branch, [
      textFile('by-hand', 'x\n'),
    ]);
    expect(moved).not.toBe(head);
    const request = {
      ...{ repository, branch, expectedHead: head, parent: base, author },
      ...{ files: [textFile('a.yaml', 'b\n')], message: 'Change', time: 1 },
    };
    expect(await host.commit(request)).toEqual({
      ...{ outcome: 'stale', head: moved },
    });
  });

  it.each([
    ['a text that is too long', [{ field: 'body', code: 'custom' }], true],
    ['what GitHub says in a word', ['Something else'], true],
    ['a branch not seen yet', [{ field: 'head', code: 'invalid' }], false],
    ['refs not seen yet', [{ message: 'not all refs are readable' }], false],
  ])('is %s: %j, %p', async (_, errors, forGood) => {
    await commit();
    server.faults.add({
      ...{ when: /POST .*\/pulls$/, what: 'answer', status: 422 },
      body: { message: 'Validation Failed', errors },
    });
    await expect(propose()).rejects.toMatchObject({
      name: forGood ? 'InputError' : 'Error',
    });
  });

  it('is a path that GitHub refuses, and one through a link', async () => {
    const files = (path: string) =>
      host.commit({
        ...{ repository, branch, expectedHead: undefined, parent: base },
        ...{ author, files: [textFile(path, 'x')], message: 'x', time: 1 },
      });
    for (const path of ['.git/config', '../up', 'a/../../up']) {
      await expect(files(path)).rejects.toMatchObject({ name: 'InputError' });
    }
    const { repository: bare } = server;
    const link = await bare.writeTree(undefined, [
      { path: 'link', mode: '120000', sha: await bare.writeBlob('/etc') },
    ]);
    const who = { name: 'Dana', email: 'dana@example.com' };
    base = await bare.writeCommit(
      { tree: link, parents: [base], message: 'Link' },
      who,
      who,
    );
    await expect(files('link/passwd')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('symbolic link'),
    });
    expect(await host.head(repository, branch)).toBeUndefined();
  });

  it('is a name that is no repository', async () => {
    for (const path of ['acme', 'acme/x/y', 'acme/deployments.git', 'a/..']) {
      await expect(
        host.head(`${server.url}/${path}`, 'main'),
      ).rejects.toMatchObject({ name: 'InputError' });
    }
  });
});

describe('reading', () => {
  it('reads any bytes, and 300 files in a few requests', async () => {
    const bytes = Buffer.from([0, 255, 1, 128]);
    const latin = Buffer.from('caf\xe9\n', 'latin1');
    const files = Array.from({ length: 300 }, (_, index) =>
      textFile(`apps/${index % 10}/${index}.yaml`, `n: ${index}\r\n`),
    );
    const head = await pushByHand(server.repository.directory, 'main', [
      ...files,
      { path: 'bytes', mode: '100644', content: bytes },
      { path: 'latin', mode: '100644', content: latin },
    ]);
    const before = server.requests.length;
    const found = await host.read(repository, head, ['apps/']);
    expect(found).toHaveLength(300);
    expect(server.requests.length - before).toBeLessThan(10);
    const sent = new Map(files.map(file => [file.path, file.content!]));
    for (const { path, content } of found) {
      expect(Buffer.compare(content, sent.get(path)!)).toBe(0);
    }
    const [first, second] = await host.read(repository, head, [
      'bytes',
      'latin',
    ]);
    expect(Buffer.compare(first.content, bytes)).toBe(0);
    expect(Buffer.compare(second.content, latin)).toBe(0);
  });

  it('writes any bytes and modes', async () => {
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
    const [file] = await host.read(
      repository,
      (await host.head(repository, branch))!,
      ['run'],
    );
    expect(Buffer.compare(file.content, content)).toBe(0);
  });
});

it('lets GitHub sign what an App commits', async () => {
  host = testHost(server, { as: 'app' });
  await commit();
  const { directory } = server.repository;
  expect(await git(directory, ['log', '-1', '--format=%an, %cn', branch])).toBe(
    'gitops-events[bot], GitHub',
  );
});

describe('drafts', () => {
  it('are opened ready where the repository has none', async () => {
    server.rules.noDrafts = true;
    await commit();
    const opened = await host.propose({
      ...{ repository, branch, base: 'main', title: 'Title', body: 'Body' },
      ...{ labels: [], draft: true },
    });
    expect(opened).toMatchObject({ state: 'open', draft: false });
    expect(await host.get(repository, branch)).toEqual(opened);
  });
});
