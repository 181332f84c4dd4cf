// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { CommitRequest } from '@gitops-events/plugin-gitops-events-node';
import { changeHostBaseContract } from './changeHostBase';
import { committed, type ChangeHostSetup } from './changeHostCalls';
import { changeHostPeopleContract } from './changeHostPeople';
import { changeHostPullsContract } from './changeHostPulls';
import { hostForSuite, type HostOfTest } from './hostForSuite';
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
  changeHostBaseContract(options);
  changeHostPullsContract(options);
  changeHostPeopleContract(options);

  describe(`${options.name} keeps the contract of a change host`, () => {
    const next = hostForSuite(options.createHost, 'change');
    let { setup, host, branch, calls } = {} as HostOfTest;
    let baseHead: string;
    beforeEach(async () => {
      ({ setup, host, branch, calls } = await next());
      baseHead = calls.baseHead;
    });

    const request = (over?: Partial<CommitRequest>) => calls.request(over);
    const commit = (over?: Partial<CommitRequest>) => calls.commit(over);
    const moveBase = (path: string) => calls.moveBase(path);

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
        expect(await calls.text(head, `changes/${branch}.yaml`)).toBe(
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
  });
}
