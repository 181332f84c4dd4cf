// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
// What an operation must come to stands with it: expectations outside of a test block.
/* eslint-disable jest/no-standalone-expect */
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Fault, Faults } from './faults';
import { git } from './git';
import { textFile } from './textFile';

/** A forge for tests with one repository, that fails as it is told to. @public */
export interface FaultyForge {
  faults: Faults;
  repository: string;
  /** The bare repository behind it, with a branch `main`. */
  directory: string;
  /** A host that remembers nothing. */
  newHost(options: { timeoutMs?: number }): ChangeHost;
  /** All pull requests of a branch. */
  pulls(branch: string): Array<{ number: number; labels: string[] }>;
  /** All that a pull request says, its comments too. */
  textOf(number: number): string;
  stop(): Promise<void>;
}

const faults: Record<string, Omit<Fault, 'when'>> = {
  'done, answer dropped': { what: 'drop' },
  'done, answer cut': { what: 'cut' },
  'not done, no answer': { what: 'hang' },
  'not done, 502': { what: 'answer', status: 502 },
};
const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const timeoutMs = 500;

interface Operation {
  /** What must be there before. Returns what is done then, by any host. */
  prepare(forge: FaultyForge, branch: string): Promise<Work>;
}

interface Work {
  run(host: ChangeHost): Promise<unknown>;
  /** What must be seen in the end, however often it was tried. */
  check(outcome: any): Promise<void>;
}

const operations: Record<string, Operation> = {
  'create branch': {
    async prepare(forge, branch) {
      const base = await headOf(forge, 'main');
      return {
        run: it => commit(forge, it, branch, base),
        async check(outcome) {
          const head = await headOf(forge, branch);
          expect(outcome).toEqual({ outcome: 'committed', commit: head });
          expect(await log(forge, `${base}..${branch}`)).toEqual([
            `Change ${branch}`,
          ]);
        },
      };
    },
  },
  'commit with an expected head': {
    async prepare(forge, branch) {
      const base = await headOf(forge, 'main');
      await commit(forge, forge.newHost({}), branch, base);
      const first = await headOf(forge, branch);
      return {
        run: it => commit(forge, it, branch, base, first, 'b\n'),
        async check(outcome) {
          const head = await headOf(forge, branch);
          expect(outcome).toEqual({ outcome: 'committed', commit: head });
          expect(await log(forge, `${base}..${branch}`)).toEqual([
            `Change ${branch}`,
          ]);
          const file = `${branch}:${branch}.yaml`;
          expect(await git(forge.directory, ['show', file])).toBe('b');
        },
      };
    },
  },
  'open pull request': {
    async prepare(forge, branch) {
      const base = await headOf(forge, 'main');
      await commit(forge, forge.newHost({}), branch, base);
      return {
        run: it => propose(forge, it, branch),
        async check(outcome) {
          const pulls = forge.pulls(branch);
          expect(pulls).toMatchObject([{ labels: ['gitops'] }]);
          const [{ number }] = pulls;
          expect(outcome).toMatchObject({ number, state: 'open' });
        },
      };
    },
  },
  merge: {
    async prepare(forge, branch) {
      const base = await headOf(forge, 'main');
      const { number, head } = await proposed(forge, branch);
      return {
        run: it =>
          it.merge({
            ...{ repository: forge.repository, number, base: 'main' },
            ...{ expectedHead: head, author },
            message: `Merge ${branch}\n\nGitOps-Change: ${branch}`,
          }),
        async check(outcome) {
          const merged = await headOf(forge, 'main');
          expect(outcome).toEqual({ outcome: 'merged', commit: merged });
          expect(await log(forge, `${base}..main`)).toEqual([
            `Merge ${branch}`,
          ]);
          expect(await listed(forge, branch)).toBe('');
        },
      };
    },
  },
  close: {
    async prepare(forge, branch) {
      const { repository } = forge;
      const { number } = await proposed(forge, branch);
      return {
        run: it => it.close({ repository, number, reason: 'Not needed' }),
        async check(outcome) {
          expect(outcome).toMatchObject({ number, state: 'closed' });
          expect(outcome.endedBy).toBeUndefined();
          const told = forge.textOf(number).split('Closed: Not needed');
          expect(told).toHaveLength(2);
          expect(await listed(forge, branch)).toBe('');
        },
      };
    },
  },
};

/**
 * Each operation, each of its requests, each fault: it fails in a way that is
 * tried again, or not at all, and the next try, of a process that remembers
 * nothing, ends with the work done once.
 *
 * @public
 */
export function changeHostFaultsContract(options: {
  name: string;
  start(): Promise<FaultyForge>;
}): void {
  describe(`${options.name} and a forge that fails`, () => {
    jest.setTimeout(180_000);
    let forge: FaultyForge;
    let branches = 0;

    beforeEach(async () => {
      forge = await options.start();
    });
    afterEach(() => forge.stop());

    describe.each(Object.entries(operations))('%s', (_name, { prepare }) => {
      it.each(Object.entries(faults))('%s', async (_fault, fault) => {
        let hit = 0;
        for (let request = 0; request < 40; request++) {
          const branch = `gitops-events/fault-${++branches}`;
          const work = await prepare(forge, branch);

          forge.faults.add({ ...fault, when: /./, after: request });
          const impatient = fault.what === 'hang' ? { timeoutMs } : {};
          const first = await work.run(forge.newHost(impatient)).then(
            () => undefined,
            (error: Error) => error,
          );
          const wasHit = forge.faults.clear() === 0;
          // Never a matter for a person.
          expect(['NotFoundError', 'InputError']).not.toContain(first?.name);

          await work.check(await work.run(forge.newHost({})));
          if (wasHit) hit++;
          else if (!first) break;
        }
        expect(hit).toBeGreaterThan(2);
      });
    });
  });
}

function commit(
  { repository }: FaultyForge,
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

function propose(
  { repository }: FaultyForge,
  host: ChangeHost,
  branch: string,
) {
  return host.propose({
    ...{ repository, branch, base: 'main', title: branch, body: 'Body' },
    labels: ['gitops'],
  });
}

async function proposed(forge: FaultyForge, branch: string) {
  const host = forge.newHost({});
  await commit(forge, host, branch, await headOf(forge, 'main'));
  return propose(forge, host, branch);
}

function headOf({ directory }: FaultyForge, branch: string): Promise<string> {
  return git(directory, ['rev-parse', `refs/heads/${branch}`]);
}

function listed({ directory }: FaultyForge, branch: string): Promise<string> {
  return git(directory, ['branch', '--list', branch]);
}

/** What base shows of it, however the forge merges. */
async function log({ directory }: FaultyForge, range: string) {
  const lines = await git(directory, [
    ...['log', '--first-parent', '--format=%s', range],
  ]);
  return lines.split('\n').filter(Boolean);
}
