// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { CommitRequest } from '@gitops-events/plugin-gitops-events-node';
import {
  mergedCommit,
  type ChangeHostSetup,
  type ProposeRequest,
} from './changeHostCalls';
import { hostForSuite, type HostOfTest } from './hostForSuite';
import { textFile } from './textFile';

/** Pull requests are opened, merged and closed; each call doubled. Part of `changeHostContract`. */
export function changeHostPullsContract(options: {
  name: string;
  createHost(): Promise<ChangeHostSetup>;
}): void {
  describe(`${options.name} carries pull requests`, () => {
    const next = hostForSuite(options.createHost, 'pull');
    let { setup, host, branch, calls } = {} as HostOfTest;
    let baseHead: string;
    beforeEach(async () => {
      ({ setup, host, branch, calls } = await next());
      baseHead = calls.baseHead;
    });

    const commit = (over?: Partial<CommitRequest>) => calls.commit(over);
    const propose = (over?: Partial<ProposeRequest>) => calls.propose(over);
    const merge = (number: number, head: string) => calls.merge(number, head);
    const moveBase = (path: string) => calls.moveBase(path);
    const close = (number: number) =>
      host.close({
        repository: setup.repository,
        number,
        reason: 'Not needed',
      });

    describe('open pull request', () => {
      it('opens one', async () => {
        const head = await commit();
        const opened = await propose();
        expect(opened).toMatchObject({
          state: 'open',
          branch,
          base: setup.base,
          head,
          title: `Change of ${branch}`,
        });
        expect(await host.get(setup.repository, branch)).toEqual(opened);
      });

      it('knows none where there is none', async () => {
        expect(await host.get(setup.repository, branch)).toBeUndefined();
      });

      it('doubled: adopts the one that is open', async () => {
        await commit();
        const [first, second] = await Promise.all([propose(), propose()]);
        expect(second.number).toBe(first.number);
        expect((await propose()).number).toBe(first.number);
      });

      it('adopts a merged one', async () => {
        const head = await commit();
        const { number } = await propose();
        const merged = await merge(number, head);
        const adopted = await propose();
        expect(adopted).toMatchObject({
          number,
          state: 'merged',
          mergeCommit: mergedCommit(merged),
        });
        expect(adopted.endedBy).toBeUndefined();
      });

      it('adopts a closed one', async () => {
        await commit();
        const { number } = await propose();
        await close(number);
        expect(await propose()).toMatchObject({ number, state: 'closed' });
      });

      it('refuses a branch and a base that are not there', async () => {
        await expect(propose()).rejects.toMatchObject({
          name: 'NotFoundError',
        });
        await commit();
        await expect(
          propose({ base: `gone-of-${branch}` }),
        ).rejects.toMatchObject({ name: 'NotFoundError' });
      });

      it('brings the text of an open one up to date', async () => {
        await commit();
        const { number } = await propose();
        const again = await propose({ title: 'Newer', body: 'Newer body' });
        expect(again).toMatchObject({ number, title: 'Newer', state: 'open' });
        expect(await host.get(setup.repository, branch)).toEqual(again);
      });

      it('opens a draft, which merging makes ready', async () => {
        const head = await commit();
        const opened = await propose({ draft: true });
        expect(opened).toMatchObject({ state: 'open', draft: true });
        expect(await propose({ draft: true })).toEqual(opened);
        expect(await merge(opened.number, head)).toMatchObject({
          outcome: 'merged',
        });
      });

      it('makes a draft ready, which stays so, also with newer text', async () => {
        const head = await commit();
        const { number } = await propose({ draft: true });
        const ready = await propose({ draft: false });
        expect(ready).toMatchObject({ number, state: 'open', draft: false });
        expect(await propose({ draft: false })).toEqual(ready);
        expect(
          await propose({ draft: true, title: 'Newer', body: 'Newer body' }),
        ).toMatchObject({ number, title: 'Newer', draft: false });
        expect(await host.get(setup.repository, branch)).toMatchObject({
          ...{ number, state: 'open', draft: false, head },
        });
      });

      it('brings the text of a draft up to date, which stays one', async () => {
        await commit();
        const { number } = await propose({ draft: true });
        expect(
          await propose({ draft: true, title: 'Newer', body: 'Newer body' }),
        ).toMatchObject({ number, title: 'Newer', draft: true });
      });

      it('leaves out whom it does not know as a reviewer', async () => {
        await commit();
        expect(
          await propose({ reviewers: ['@nobody', '@no/team', 'a@b.example'] }),
        ).toMatchObject({ state: 'open' });
      });

      it('shows the head that a person pushed', async () => {
        await commit();
        await propose();
        const theirs = await setup.person.push(branch, [
          textFile(`changes/${branch}.yaml`, 'replicas: 7\n'),
        ]);
        expect(await host.get(setup.repository, branch)).toMatchObject({
          state: 'open',
          head: theirs,
        });
      });

      it('counts as closed by a person when they delete the branch', async () => {
        await commit();
        await propose();
        await setup.person.deleteBranch(branch);
        const closed = await host.get(setup.repository, branch);
        expect(closed).toMatchObject({ state: 'closed' });
        expect(closed?.endedBy).toBeTruthy();
      });
    });

    describe('those that are open', () => {
      it('are listed by the beginning of their branches, until they end', async () => {
        const open = async (prefix: string) =>
          (await host.openPulls!(setup.repository, prefix)).map(
            ({ number }) => number,
          );
        await commit();
        const { number } = await propose();
        expect(await open(branch)).toEqual([number]);
        const [{ openedAt }] = await host.openPulls!(setup.repository, branch);
        expect(openedAt).toBeGreaterThan(Date.UTC(2020));
        expect(await open(`${branch}/`)).toEqual([]);
        expect(await open('gitops-events/')).toContain(number);
        await close(number);
        expect(await open('gitops-events/')).not.toContain(number);
      });
    });

    describe('merge naming the head', () => {
      it('brings the content to base with the message given', async () => {
        const head = await commit();
        const { number } = await propose();
        const commitId = mergedCommit(await merge(number, head));
        expect(await host.head(setup.repository, setup.base)).toBe(commitId);
        expect(await calls.text(commitId, `changes/${branch}.yaml`)).toBe(
          'replicas: 1\n',
        );
        const pull = await host.get(setup.repository, branch);
        expect(pull).toMatchObject({ state: 'merged', mergeCommit: commitId });
        expect(pull?.endedBy).toBeUndefined();
      });

      it('doubled: one merge', async () => {
        const head = await commit();
        const { number } = await propose();
        const [first, second] = await Promise.all([
          merge(number, head),
          merge(number, head),
        ]);
        const after = await host.head(setup.repository, setup.base);
        expect(second).toEqual(first);
        expect(await merge(number, head)).toEqual(first);
        expect(await host.head(setup.repository, setup.base)).toBe(after);
      });

      it('is stale when the head is not the one judged', async () => {
        const head = await commit();
        const { number } = await propose();
        const theirs = await setup.person.push(branch, [
          textFile(`changes/${branch}.yaml`, 'replicas: 7\n'),
        ]);
        expect(await merge(number, head)).toEqual({
          outcome: 'stale',
          head: theirs,
        });
        expect(await host.head(setup.repository, setup.base)).toBe(baseHead);
      });

      it('merges onto a base that moved elsewhere', async () => {
        const head = await commit();
        const { number } = await propose();
        const moved = await moveBase(`elsewhere/${branch}`);
        const merged = mergedCommit(await merge(number, head));
        expect(await host.contains(setup.repository, merged, moved)).toBe(true);
        expect(await calls.text(merged, `changes/${branch}.yaml`)).toBe(
          'replicas: 1\n',
        );
        expect(await calls.text(merged, `elsewhere/${branch}`)).toBe(
          'by: hand\n',
        );
      });

      it('is a conflict when base changed the same file', async () => {
        const head = await commit();
        const { number } = await propose();
        const moved = await moveBase(`changes/${branch}.yaml`);
        expect(await merge(number, head)).toEqual({
          outcome: 'conflict',
          baseHead: moved,
        });
        expect(await host.head(setup.repository, setup.base)).toBe(moved);
        expect(await host.get(setup.repository, branch)).toMatchObject({
          state: 'open',
        });
      });

      it('does not merge a closed one', async () => {
        const head = await commit();
        const { number } = await propose();
        await close(number);
        expect(await merge(number, head)).toMatchObject({ outcome: 'blocked' });
        expect(await host.head(setup.repository, setup.base)).toBe(baseHead);
      });
    });

    describe('close', () => {
      it('deletes the branch and says that we did it', async () => {
        await commit();
        const { number } = await propose();
        expect(await close(number)).toMatchObject({ number, state: 'closed' });
        expect(await host.head(setup.repository, branch)).toBeUndefined();
        const closed = await host.get(setup.repository, branch);
        expect(closed?.state).toBe('closed');
        expect(closed?.endedBy).toBeUndefined();
      });

      it('doubled: changes nothing', async () => {
        await commit();
        const { number } = await propose();
        const first = await close(number);
        expect(await close(number)).toEqual(first);
      });

      it('leaves a merged one merged', async () => {
        const head = await commit();
        const { number } = await propose();
        await merge(number, head);
        expect(await close(number)).toMatchObject({ state: 'merged' });
      });
    });
  });
}
