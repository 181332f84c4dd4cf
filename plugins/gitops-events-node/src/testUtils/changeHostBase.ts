// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { CommitRequest } from '@gitops-events/plugin-gitops-events-node';
import { committed, type ChangeHostSetup } from './changeHostCalls';
import { hostForSuite, type HostOfTest } from './hostForSuite';

/** What a `ChangeHost` does with a base itself: reads its history, and commits to it. Part of `changeHostContract`. */
export function changeHostBaseContract(options: {
  name: string;
  createHost(): Promise<ChangeHostSetup>;
}): void {
  describe(`${options.name} keeps the contract of a change host with a base`, () => {
    const next = hostForSuite(options.createHost, 'base');
    let { setup, host, branch, calls } = {} as HostOfTest;
    let baseHead: string;
    beforeEach(async () => {
      ({ setup, host, branch, calls } = await next());
      baseHead = calls.baseHead;
    });

    const request = (over?: Partial<CommitRequest>) => calls.request(over);
    const moveBase = (path: string) => calls.moveBase(path);

    describe('reading what a base has', () => {
      const read = async (until: string | undefined, atMost: number) =>
        host.history!({
          ...{ repository: setup.repository, until, atMost },
          head: (await host.head(setup.repository, setup.base))!,
        });

      it('gives the newest commits first, with what they say', async () => {
        const message = `Change of ${branch}\n\nGitOps-Change: ${branch}\n`;
        const made = committed(
          await host.commit(
            request({ branch: setup.base, expectedHead: baseHead, message }),
          ),
        );
        const theirs = await moveBase(`history/${branch}.yaml`);
        const [first, second, third] = await read(baseHead, 50);
        expect([first.id, second.id, third.id]).toEqual([
          ...[theirs, made, baseHead],
        ]);
        expect(second.message.trim()).toBe(message.trim());
        const some = await read(undefined, 2);
        expect(some.map(({ id }) => id)).toEqual([theirs, made]);
      });
    });

    describe('committing to a base itself', () => {
      const line = () => `GitOps-Change: ${branch}`;
      const toBase = (over?: Partial<CommitRequest>) =>
        request({
          ...{ branch: setup.base, expectedHead: baseHead },
          message: `Change of ${branch}\n\n${line()}\n`,
          ...over,
        });
      const find = async (since: string, wanted = line()) =>
        host.findCommit!({
          ...{ repository: setup.repository, since, line: wanted },
          head: (await host.head(setup.repository, setup.base))!,
        });

      it('commits, and a second call changes nothing', async () => {
        const made = committed(await host.commit(toBase()));
        expect(committed(await host.commit(toBase()))).toBe(made);
        expect(await host.head(setup.repository, setup.base)).toBe(made);
        expect(await find(baseHead)).toBe(made);
      });

      it('writes nothing where base has moved', async () => {
        const theirs = await moveBase(`moved/${branch}.yaml`);
        expect(await host.commit(toBase())).toEqual({
          outcome: 'stale',
          head: theirs,
        });
        expect(await host.head(setup.repository, setup.base)).toBe(theirs);
        expect(await find(baseHead)).toBeUndefined();
      });

      it('finds the commit of a lost answer below those of others', async () => {
        const made = committed(await host.commit(toBase()));
        const theirs = await moveBase(`above/${branch}.yaml`);
        expect(await host.commit(toBase())).toEqual({
          outcome: 'stale',
          head: theirs,
        });
        expect(await find(baseHead)).toBe(made);
        expect(await find(baseHead, `${line()}0`)).toBeUndefined();
        expect(await find(baseHead, 'GitOps-Change')).toBeUndefined();
        expect(await find(made)).toBeUndefined();
      });
    });
  });
}
