// What an operation must come to stands with it: expectations outside of a test block.
/* eslint-disable jest/no-standalone-expect */
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import {
  git,
  textFile,
  type Fault,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer } from './__testUtils__/github/githubServer';
import { testHost } from './__testUtils__/testHost';

/*
 * Each operation, each of its requests, each fault: it fails in a way that is
 * tried again, or not at all, and the next try, of a process that remembers
 * nothing, ends with the work done once. As an App, whose commits get another id each time.
 */
const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const timeoutMs = 500;
let server: GithubServer;
let repository: string;
let branches = 0;

jest.setTimeout(180_000);
beforeEach(async () => {
  server = await GithubServer.start();
  repository = `${server.url}/acme/deployments`;
});
afterEach(() => server.stop());

const faults: Record<string, Omit<Fault, 'when'>> = {
  'done, answer dropped': { what: 'drop' },
  'done, answer cut': { what: 'cut' },
  'not done, no answer': { what: 'hang' },
  'not done, 502': { what: 'answer', status: 502 },
};

interface Operation {
  /** What must be there before. Returns what is done then, by any host. */
  prepare(host: ChangeHost, branch: string): Promise<Work>;
}

interface Work {
  run(host: ChangeHost): Promise<unknown>;
  /** What must be seen in the end, however often it was tried. */
  check(outcome: any): Promise<void>;
}

const operations: Record<string, Operation> = {
  'create branch': {
    async prepare(host, branch) {
      const base = (await host.head(repository, 'main'))!;
      return {
        run: it => commit(it, branch, base),
        async check(outcome) {
          expect(outcome).toEqual({
            outcome: 'committed',
            commit: await headOf(branch),
          });
          expect(await log(`${base}..${branch}`)).toEqual([`Change ${branch}`]);
        },
      };
    },
  },
  'commit with an expected head': {
    async prepare(host, branch) {
      const base = (await host.head(repository, 'main'))!;
      const first = await commit(host, branch, base);
      if (first.outcome !== 'committed') throw new Error('no commit');
      return {
        run: it => commit(it, branch, base, first.commit, 'b\n'),
        async check(outcome) {
          expect(outcome).toEqual({
            outcome: 'committed',
            commit: await headOf(branch),
          });
          expect(await log(`${base}..${branch}`)).toEqual([`Change ${branch}`]);
          expect(await gitHere('show', `${branch}:${branch}.yaml`)).toBe('b');
        },
      };
    },
  },
  'open pull request': {
    async prepare(host, branch) {
      await commit(host, branch, (await host.head(repository, 'main'))!);
      return {
        run: it => propose(it, branch),
        async check(outcome) {
          const pulls = server.pulls.all.filter(it => it.headRef === branch);
          expect(pulls).toMatchObject([{ state: 'open', labels: ['gitops'] }]);
          expect(outcome).toMatchObject({ number: pulls[0].number });
        },
      };
    },
  },
  merge: {
    async prepare(host, branch) {
      const base = (await host.head(repository, 'main'))!;
      const { number, head } = await proposed(host, branch);
      return {
        run: it =>
          it.merge({
            ...{ repository, number, base: 'main', expectedHead: head, author },
            message: `Merge ${branch}\n\nGitOps-Change: ${branch}`,
          }),
        async check(outcome) {
          expect(outcome).toEqual({
            outcome: 'merged',
            commit: await headOf('main'),
          });
          expect(await log(`${base}..main`)).toEqual([`Merge ${branch}`]);
          expect(await gitHere('branch', '--list', branch)).toBe('');
        },
      };
    },
  },
  close: {
    async prepare(host, branch) {
      const { number } = await proposed(host, branch);
      return {
        run: it => it.close({ repository, number, reason: 'Not needed' }),
        async check(outcome) {
          expect(outcome).toMatchObject({ number, state: 'closed' });
          expect(outcome.endedBy).toBeUndefined();
          const { body } = server.pulls.all[number - 1];
          expect(body!.split('Closed: Not needed')).toHaveLength(2);
          expect(await gitHere('branch', '--list', branch)).toBe('');
        },
      };
    },
  },
};

describe.each(Object.entries(operations))('%s', (_name, { prepare }) => {
  it.each(Object.entries(faults))('%s', async (_fault, fault) => {
    let hit = 0;
    const steady = newHost();
    for (let request = 0; request < 40; request++) {
      const branch = `gitops-events/fault-${++branches}`;
      const work = await prepare(steady, branch);

      server.faults.add({ ...fault, when: /./, after: request });
      const impatient = fault.what === 'hang' ? { timeoutMs } : {};
      const first = await work.run(newHost(impatient)).then(
        () => undefined,
        (error: Error) => error,
      );
      const wasHit = server.faults.clear() === 0;
      // Never a matter for a person.
      expect(['NotFoundError', 'InputError']).not.toContain(first?.name);

      await work.check(await work.run(newHost()));
      if (wasHit) hit++;
      else if (!first) break;
    }
    expect(hit).toBeGreaterThan(2);
  });
});

function newHost(options: { timeoutMs?: number } = {}): ChangeHost {
  return testHost(server, { as: 'app', ...options });
}

function commit(
  host: ChangeHost,
  branch: string,
  parent: string,
  expectedHead?: string,
  text = 'a\n',
) {
  return host.commit({
    ...{ repository, branch, expectedHead, parent, author },
    files: [textFile(`${branch}.yaml`, text)],
    message: `Change ${branch}`,
    time: 1_800_000_000,
  });
}

function propose(host: ChangeHost, branch: string) {
  return host.propose({
    ...{ repository, branch, base: 'main', title: branch, body: 'Body' },
    labels: ['gitops'],
  });
}

async function proposed(host: ChangeHost, branch: string) {
  await commit(host, branch, (await host.head(repository, 'main'))!);
  return propose(host, branch);
}

function gitHere(...args: string[]): Promise<string> {
  return git(server.repository.directory, args);
}

function headOf(branch: string): Promise<string> {
  return gitHere('rev-parse', `refs/heads/${branch}`);
}

async function log(range: string): Promise<string[]> {
  const lines = await gitHere('log', '--format=%s', range);
  return lines.split('\n').filter(Boolean);
}
