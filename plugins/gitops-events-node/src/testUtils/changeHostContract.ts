// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type {
  ChangeHost,
  CommitRequest,
} from '@gitops-events/plugin-gitops-events-node';
import {
  callsFor,
  committed,
  mergedCommit,
  type ChangeHostCalls,
  type ChangeHostSetup,
  type ProposeRequest,
} from './changeHostCalls';
import { changeHostPeopleContract } from './changeHostPeople';
import { textFile } from './textFile';

/**
 * What every `ChangeHost` must do, each row of the table in the design:
 * create a branch, commit, open, merge, close; each call doubled, and each
 * answer lost. To be called at the top of a test file.
 *
 * @public
 */
export function changeHostContract(options: {
  name: string;
  createHost(): Promise<ChangeHostSetup>;
}): void {
  changeHostPeopleContract(options);

  describe(`${options.name} keeps the contract of a change host`, () => {
    // A host may be far away.
    jest.setTimeout(60_000);
    let setup: ChangeHostSetup;
    let host: ChangeHost;
    let baseHead: string;
    let branches = 0;
    let branch: string;
    let calls: ChangeHostCalls;

    beforeEach(async () => {
      setup ??= await options.createHost();
      host = setup.host;
      branch = `gitops-events/change-${++branches}`;
      calls = await callsFor(setup, branch);
      baseHead = calls.baseHead;
    });
    afterAll(() => setup?.stop());

    const request = (over?: Partial<CommitRequest>) => calls.request(over);
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
    const text = async (revision: string, path: string) => {
      const [file] = await host.read(setup.repository, revision, [path]);
      return file && Buffer.from(file.content).toString();
    };

    describe('reading', () => {
      it('knows no head of a branch that is not there', async () => {
        expect(await host.head(setup.repository, branch)).toBeUndefined();
      });

      it('refuses a repository that it does not have', async () => {
        await expect(
          host.head(setup.unknownRepository, setup.base),
        ).rejects.toMatchObject({ name: 'NotFoundError' });
      });

      it('reads files, folders, and nothing where there is nothing', async () => {
        const head = await commit({
          files: [
            textFile(`read/${branch}/a.yaml`, 'a: 1\n'),
            { ...textFile(`read/${branch}/b/run.sh`, 'b\n'), mode: '100755' },
          ],
        });
        const folder = `read/${branch}/`;
        const files = await host.read(setup.repository, head, [
          folder,
          `${folder}a.yaml`,
          `${folder}missing`,
          'missing/',
        ]);
        expect(
          files.map(({ path, mode, content }) => [
            path,
            mode,
            Buffer.from(content).toString(),
          ]),
        ).toEqual([
          [`${folder}a.yaml`, '100644', 'a: 1\n'],
          [`${folder}b/run.sh`, '100755', 'b\n'],
        ]);
      });

      it('says which commits a commit contains', async () => {
        const head = await commit();
        const { repository } = setup;
        expect(await host.contains(repository, head, baseHead)).toBe(true);
        expect(await host.contains(repository, head, head)).toBe(true);
        expect(await host.contains(repository, baseHead, head)).toBe(false);
        const strange = '0123456789012345678901234567890123456789';
        expect(await host.contains(repository, head, strange)).toBe(false);
      });
    });

    describe('create branch', () => {
      it('makes the branch at its parent with the commit', async () => {
        const head = await commit();
        expect(await host.head(setup.repository, branch)).toBe(head);
        expect(await text(head, `changes/${branch}.yaml`)).toBe(
          'replicas: 1\n',
        );
      });

      it('doubled: adopts the commit that the first call made', async () => {
        const first = await host.commit(request());
        expect(await host.commit(request())).toEqual(first);
      });

      it('at the same time: one commit', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 4 }, () => host.commit(request())),
        );
        const head = await host.head(setup.repository, branch);
        for (const outcome of outcomes) {
          expect(outcome).toEqual({ outcome: 'committed', commit: head });
        }
      });

      it('leaves a branch alone that somebody else made', async () => {
        const theirs = await setup.person.push(
          branch,
          [textFile('theirs.txt', `${branch}\n`)],
          baseHead,
        );
        expect(await host.commit(request())).toEqual({
          outcome: 'stale',
          head: theirs,
        });
        expect(await host.head(setup.repository, branch)).toBe(theirs);
      });
    });

    describe('commit with an expected head', () => {
      it('adds, changes and deletes files', async () => {
        const first = await commit({
          files: [
            textFile(`edit/${branch}/keep`, 'keep\n'),
            textFile(`edit/${branch}/change`, 'before\n'),
            textFile(`edit/${branch}/gone`, 'gone\n'),
          ],
        });
        const second = await commit({
          expectedHead: first,
          parent: first,
          files: [
            textFile(`edit/${branch}/change`, 'after\n'),
            { path: `edit/${branch}/gone`, mode: '100644', content: undefined },
          ],
        });
        const folder = await host.read(setup.repository, second, [
          `edit/${branch}/`,
        ]);
        expect(
          folder.map(({ path, content }) => [
            path,
            Buffer.from(content).toString(),
          ]),
        ).toEqual([
          [`edit/${branch}/change`, 'after\n'],
          [`edit/${branch}/keep`, 'keep\n'],
        ]);
      });

      it('can replace its content on a newer base', async () => {
        const first = await commit();
        const newBase = await moveBase(`newer/${branch}`);
        const second = await commit({ expectedHead: first, parent: newBase });
        expect(await host.head(setup.repository, branch)).toBe(second);
        expect(await host.contains(setup.repository, second, first)).toBe(
          false,
        );
      });

      it('doubled: one commit', async () => {
        const first = await commit();
        const again = request({
          expectedHead: first,
          parent: first,
          files: [textFile(`changes/${branch}.yaml`, 'replicas: 2\n')],
        });
        const outcome = await host.commit(again);
        expect(await host.commit(again)).toEqual(outcome);
        expect(await host.head(setup.repository, branch)).toBe(
          committed(outcome),
        );
      });

      it('is stale when a person took over, and keeps what they made', async () => {
        const first = await commit();
        const theirs = await setup.person.push(branch, [
          textFile(`changes/${branch}.yaml`, 'replicas: 7\n'),
        ]);
        expect(
          await host.commit(request({ expectedHead: first, parent: first })),
        ).toEqual({ outcome: 'stale', head: theirs });
        expect(await host.head(setup.repository, branch)).toBe(theirs);
      });

      it('is stale without a head when the branch is gone', async () => {
        const first = await commit();
        await setup.person.deleteBranch(branch);
        expect(
          await host.commit(request({ expectedHead: first, parent: first })),
        ).toEqual({ outcome: 'stale', head: undefined });
      });

      it.each([
        '../up',
        'a/../../up',
        '/etc/passwd',
        '.git/config',
        '.GIT/a',
        'a\nb',
      ])('refuses the path %j and writes nothing', async path => {
        const files = [textFile(path, 'x\n')];
        await expect(host.commit(request({ files }))).rejects.toMatchObject({
          name: 'InputError',
        });
        expect(await host.head(setup.repository, branch)).toBeUndefined();
      });

      it('goes straight to base when base is as expected', async () => {
        const direct = await commit({
          branch: setup.base,
          expectedHead: baseHead,
          files: [textFile(`direct/${branch}`, 'direct\n')],
        });
        expect(await host.head(setup.repository, setup.base)).toBe(direct);
      });

      it('lets one of several different ones win', async () => {
        const outcomes = await Promise.all(
          [1, 2, 3, 4].map(replicas =>
            host.commit(
              request({
                files: [textFile(`race/${branch}`, `replicas: ${replicas}\n`)],
              }),
            ),
          ),
        );
        const head = await host.head(setup.repository, branch);
        const winners = outcomes.filter(o => o.outcome === 'committed');
        expect(winners).toEqual([{ outcome: 'committed', commit: head }]);
        for (const loser of outcomes.filter(o => o.outcome === 'stale')) {
          expect(loser).toEqual({ outcome: 'stale', head });
        }
      });
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
          propose({ base: `gone-${branches}` }),
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

    describe('merge naming the head', () => {
      it('brings the content to base with the message given', async () => {
        const head = await commit();
        const { number } = await propose();
        const commitId = mergedCommit(await merge(number, head));
        expect(await host.head(setup.repository, setup.base)).toBe(commitId);
        expect(await text(commitId, `changes/${branch}.yaml`)).toBe(
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
        expect(await text(merged, `changes/${branch}.yaml`)).toBe(
          'replicas: 1\n',
        );
        expect(await text(merged, `elsewhere/${branch}`)).toBe('by: hand\n');
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
