// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { ChangeHostSetup } from './changeHostCalls';
import { hostForSuite, type HostOfTest } from './hostForSuite';
import { textFile } from './textFile';

/**
 * People do things too: each has one outcome, the same on every host. What a
 * host has no button for is left out there. Part of `changeHostContract`.
 */
export function changeHostPeopleContract(options: {
  name: string;
  createHost(): Promise<ChangeHostSetup>;
}): void {
  describe(`${options.name} heeds what people do`, () => {
    const next = hostForSuite(options.createHost, 'people');
    let { setup, host, branch, calls } = {} as HostOfTest;
    beforeEach(async () => {
      ({ setup, host, branch, calls } = await next());
    });

    describe('on a pull request', () => {
      it.each(['merge', 'squash', 'rebase'] as const)(
        'is merged by them, also when the branch goes with it: %s',
        async how => {
          const mergeBy = setup.person.mergeBy[how];
          if (!mergeBy) return;
          const head = await calls.commit();
          const { number } = await calls.propose();
          await calls.moveBase(`before/${branch}`);
          const mergeCommit = await mergeBy(branch);
          await setup.person.deleteBranch(branch);
          const ended = { number, state: 'merged', mergeCommit };
          const pull = await host.get(setup.repository, branch);
          expect(pull).toMatchObject(ended);
          expect(pull?.endedBy).toBeTruthy();
          expect(await calls.merge(number, head)).toEqual({
            outcome: 'merged',
            commit: mergeCommit,
            endedBy: pull?.endedBy,
          });
          expect(await calls.propose()).toMatchObject(ended);
          expect(await host.head(setup.repository, setup.base)).toBe(
            mergeCommit,
          );
        },
      );

      it('is closed by them, and open as before once it is reopened', async () => {
        const { buttons } = setup.person;
        if (!buttons) return;
        const head = await calls.commit();
        const { number } = await calls.propose();
        await buttons.close(branch);
        const closed = await host.get(setup.repository, branch);
        expect(closed).toMatchObject({ number, state: 'closed' });
        expect(closed?.endedBy).toBeTruthy();
        expect(await calls.merge(number, head)).toMatchObject({
          outcome: 'blocked',
        });

        await buttons.reopen(branch);
        const open = await host.get(setup.repository, branch);
        expect(open).toMatchObject({ number, state: 'open', head });
        expect(open?.endedBy).toBeUndefined();
        expect(await calls.merge(number, head)).toMatchObject({
          outcome: 'merged',
        });
      });

      it('is not merged into another base that they pointed it at', async () => {
        const { buttons } = setup.person;
        if (!buttons) return;
        const other = `other-of-${branch}`;
        await setup.person.push(
          other,
          [textFile(other, 'x\n')],
          calls.baseHead,
        );
        const otherHead = await host.head(setup.repository, other);
        const head = await calls.commit();
        const { number } = await calls.propose();
        await buttons.pointAt(branch, other);
        expect(await calls.merge(number, head)).toEqual({
          outcome: 'stale',
          head,
        });
        expect(await host.get(setup.repository, branch)).toMatchObject({
          ...{ state: 'open', base: other },
        });
        expect(await host.head(setup.repository, other)).toBe(otherHead);
        const { title } = (await host.get(setup.repository, branch))!;
        await expect(
          calls.propose({ title: 'What is new' }),
        ).rejects.toMatchObject({ name: 'InputError' });
        expect(await host.get(setup.repository, branch)).toMatchObject({
          title,
        });
      });

      it('has the title that they wrote until newer text comes, and is merged as ever', async () => {
        const { buttons } = setup.person;
        if (!buttons) return;
        const head = await calls.commit();
        const { number } = await calls.propose();
        await buttons.retitle(branch, 'A title of theirs');
        expect(await host.get(setup.repository, branch)).toMatchObject({
          ...{ number, state: 'open', title: 'A title of theirs', head },
        });
        expect(await calls.propose({ title: 'Newer' })).toMatchObject({
          ...{ number, state: 'open', title: 'Newer' },
        });
        await buttons.retitle(branch, 'Theirs again');
        expect(await calls.merge(number, head)).toMatchObject({
          outcome: 'merged',
        });
      });

      it('stays ready once they took it out of draft, whatever comes after', async () => {
        const { buttons } = setup.person;
        if (!buttons) return;
        const head = await calls.commit();
        const { number } = await calls.propose({ draft: true });
        await buttons.makeReady(branch);
        const ready = { number, state: 'open', draft: false, head };
        expect(await host.get(setup.repository, branch)).toMatchObject(ready);
        expect(
          await calls.propose({ draft: true, title: 'Newer' }),
        ).toMatchObject({ ...ready, title: 'Newer' });
        expect(await calls.propose({ draft: false })).toMatchObject(ready);
        expect(await calls.merge(number, head)).toMatchObject({
          outcome: 'merged',
        });
      });

      it('is not merged or written to again once they force-pushed, and keeps what they made', async () => {
        const { forcePush } = setup.person;
        if (!forcePush) return;
        const head = await calls.commit();
        const { number } = await calls.propose();
        const theirs = await forcePush(
          branch,
          [textFile(`changes/${branch}.yaml`, 'replicas: 7\n')],
          calls.baseHead,
        );
        expect(await host.get(setup.repository, branch)).toMatchObject({
          ...{ number, state: 'open', head: theirs },
        });
        const stale = { outcome: 'stale', head: theirs };
        expect(await calls.merge(number, head)).toEqual(stale);
        expect(
          await host.commit(
            calls.request({ expectedHead: head, parent: head }),
          ),
        ).toEqual(stale);
        expect(await host.head(setup.repository, branch)).toBe(theirs);
        expect(await host.head(setup.repository, setup.base)).toBe(
          calls.baseHead,
        );
      });

      it('waits, and says so, once they protect base', async () => {
        const { protectBase } = setup.person;
        if (!protectBase) return;
        const head = await calls.commit();
        const { number } = await calls.propose();
        await protectBase(true);
        const blocked = await calls
          .merge(number, head)
          .finally(() => protectBase(false));
        expect(blocked).toEqual({
          outcome: 'blocked',
          message: expect.stringMatching(/\w+ \w+/),
        });
        expect(await host.get(setup.repository, branch)).toMatchObject({
          ...{ number, state: 'open', head },
        });
        expect(await calls.merge(number, head)).toMatchObject({
          outcome: 'merged',
        });
      });

      it('ends, or is for a person to mend, when they delete base', async () => {
        const base = `base-of-${branch}`;
        await setup.person.push(base, [textFile(base, 'x\n')], calls.baseHead);
        await calls.commit();
        await calls.propose({ base });
        await setup.person.deleteBranch(base);
        const found = await host.get(setup.repository, branch).then(
          pull => `${pull?.state} by ${pull?.endedBy ? 'a person' : 'us'}`,
          (error: Error) => error.name,
        );
        expect(['NotFoundError', 'closed by a person']).toContain(found);
      });
    });

    describe('comment', () => {
      it('doubled: says it once', async () => {
        await calls.commit();
        const { number } = await calls.propose();
        const say = (key: string, text: string) =>
          host.comment({ repository: setup.repository, number, key, text });
        await say('reminder', 'Waits for somebody.');
        await say('reminder', 'Waits for somebody.');
        await say('closed', 'Nobody decided.');
        const said = await setup.comments(number);
        expect(said).toHaveLength(2);
        expect(said[0]).toContain('Waits for somebody.');
        expect(said[1]).toContain('Nobody decided.');
      });
    });

    describe('within a time', () => {
      it('ends its calls with it, to be tried again', async () => {
        const late = host.within?.(AbortSignal.abort());
        if (!late) return;
        const tries: Array<() => Promise<unknown>> = [
          () => late.get(setup.repository, branch),
          () => late.commit(calls.request()),
        ];
        for (const call of tries) {
          const error = await call().catch((it: Error) => it);
          expect(error).toBeInstanceOf(Error);
          expect(['NotFoundError', 'InputError']).not.toContain(
            (error as Error).name,
          );
        }
        expect(await host.head(setup.repository, branch)).toBeUndefined();
      });
    });
  });
}
