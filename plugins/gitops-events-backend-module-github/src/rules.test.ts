import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { textFile } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer } from './__testUtils__/github/githubServer';
import { testHost } from './__testUtils__/testHost';

/* What the rules of a repository ask for, and how it is told. */
const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const branch = 'gitops-events/one';
let server: GithubServer;
let host: ChangeHost;
let repository: string;
let head: string;
let number: number;

jest.setTimeout(60_000);

beforeEach(async () => {
  server = await GithubServer.start();
  repository = `${server.url}/acme/deployments`;
  host = testHost(server, { as: 'app' });
  const outcome = await host.commit({
    ...{ repository, branch, expectedHead: undefined, author, time: 1 },
    parent: (await host.head(repository, 'main'))!,
    files: [textFile('a.yaml', 'a\n')],
    message: 'Change',
  });
  if (outcome.outcome !== 'committed') throw new Error(outcome.outcome);
  head = outcome.commit;
  number = (await propose()).number;
});
afterEach(() => server.stop());

function propose(reviewers: string[] = []) {
  return host.propose({
    ...{ repository, branch, base: 'main', title: 'Title', body: 'Body' },
    ...{ labels: [], reviewers },
  });
}

function merge(expectedHead = head) {
  return host.merge({
    ...{ repository, number, base: 'main', expectedHead, author },
    message: 'Merge',
  });
}

const blocked = (message: string) => ({ outcome: 'blocked', message });
/** Nothing else keeps it. */
const checking = true;

describe('what a merge waits for', () => {
  it('is a review, and whose', async () => {
    await propose(['@acme/platform', '@pia']);
    server.rules.review = 'REVIEW_REQUIRED';
    expect(await merge()).toEqual(
      blocked('Waits for a review by pia and acme/platform on GitHub.'),
    );
    Object.assign(server.rules, {
      ...{ review: 'CHANGES_REQUESTED', reviewer: 'pia' },
    });
    expect(await merge()).toEqual(
      blocked(
        'pia asked for changes on GitHub. It waits until they approve, or somebody discards it.',
      ),
    );
  });

  it('is the checks that must pass, and those that failed', async () => {
    server.rules.checks = { build: null, lint: 'SUCCESS', scan: 'FAILURE' };
    expect(await merge()).toEqual(
      blocked(
        'scan failed on GitHub. Mend it there, or discard the change. Waits for build on GitHub.',
      ),
    );
    server.rules.checks = { build: 'SUCCESS', scan: 'SUCCESS' };
    expect(await merge()).toMatchObject({ outcome: 'merged' });
  });

  it('is told in GitHub’s words where its checks may not be seen', async () => {
    Object.assign(server.rules, {
      checks: { build: null },
      checksHidden: true,
    });
    expect(await merge()).toEqual(
      blocked('GitHub says: 1 of 1 required status checks have not succeeded.'),
    );
  });

  it('is told to who only looks, until nothing keeps it', async () => {
    const look = () => host.blocked!({ repository, number });
    server.rules.review = 'REVIEW_REQUIRED';
    expect(await look()).toEqual({
      ...{ message: 'Waits for a review on GitHub.', checking: false },
    });
    Object.assign(server.rules, {
      checks: { build: null },
      review: 'APPROVED',
    });
    expect(await look()).toEqual({
      ...{ message: 'Waits for build on GitHub.', checking },
    });
    expect(await merge()).toEqual({
      ...{ ...blocked('Waits for build on GitHub.'), checking },
    });
    server.rules.review = 'REVIEW_REQUIRED';
    expect(await look()).toMatchObject({ checking: false });
    server.rules.review = 'APPROVED';
    server.rules.checks = { build: 'SUCCESS' };
    expect(await look()).toBeUndefined();
    expect(await merge()).toMatchObject({ outcome: 'merged' });
  });

  it('is base, where branches must have all of it: then it is rendered again', async () => {
    server.rules.behind = true;
    expect(await merge()).toEqual({
      outcome: 'conflict',
      baseHead: await host.head(repository, 'main'),
    });
  });
});

describe('a merge queue', () => {
  beforeEach(() => {
    server.rules.mergeQueue = true;
  });

  it('is stood in once, and merges in our name', async () => {
    expect(await merge()).toEqual({
      ...{ ...blocked('Was put into the merge queue of GitHub.'), checking },
    });
    const place = 'Is number 1 in the merge queue of GitHub.';
    expect(await merge()).toEqual({ ...blocked(place), checking });
    expect(await host.blocked!({ repository, number })).toEqual({
      ...{ message: place, checking },
    });
    await server.people.mergeQueued();
    const pull = await host.get(repository, branch);
    expect(pull).toMatchObject({ state: 'merged' });
    expect(pull?.endedBy).toBeUndefined();
    expect(await merge()).toEqual({
      outcome: 'merged',
      commit: pull!.mergeCommit,
    });
  });

  it('takes no other head than the one judged', async () => {
    expect(await merge('0'.repeat(40))).toMatchObject({ outcome: 'stale' });
    expect(server.pulls.all[0].queuedBy).toBeUndefined();
  });

  it('merges in the name of who put it there', async () => {
    Object.assign(server.pulls.all[0], {
      ...{ queuedBy: 'dana', enqueuedBy: 'dana' },
    });
    await server.people.mergeQueued();
    expect(await host.get(repository, branch)).toMatchObject({
      ...{ state: 'merged', endedBy: 'dana' },
    });
  });
});

describe('reviewers', () => {
  it('are asked once, and whom GitHub does not know is left out', async () => {
    const asks = () =>
      server.requests.filter(it => it.endsWith('requested_reviewers')).length;
    await propose(['@nobody', '@pia', '@other/team', 'pia@example.com']);
    expect(server.pulls.all[0].reviewers).toEqual(['pia']);
    const before = asks();
    await propose(['@pia']);
    expect(asks()).toBe(before);
  });
});
