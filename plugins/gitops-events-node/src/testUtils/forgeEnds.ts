// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { ForgeStories } from './forgeStory';
import { git, pushByHand } from './git';
import { textFile } from './textFile';

/** Their pull request and its branch. Part of `forgePeopleContract`. */
export function forgeEndsContract(stories: () => ForgeStories): void {
  const people = () => stories().forge.people;
  const directory = () => stories().forge.directory;
  const propose = () => stories().begin('propose');
  const deleteBranch = (branch: string) =>
    git(directory(), ['push', '--quiet', '.', `:refs/heads/${branch}`]);
  const theirs = [textFile('apps/shop.yaml', 'tag: "1.5.0"\nreplicas: 2\n')];

  describe('the pull request', () => {
    it.each(['merge', 'squash', 'rebase'] as const)(
      'merged by them, its branch deleted with it: %s',
      async how => {
        const { branch, until, onBase } = await propose();
        await people().merge(branch, how);
        await deleteBranch(branch);
        const { text } = await until(({ run, change }) => {
          expect(run).toMatchObject({ end: 'applied' });
          expect(change).toMatchObject({ end: 'merged' });
        });
        expect(text).toMatch(
          /^Merged: as \w{7}, by rule "merged by hand", by dana$/m,
        );
        expect(await onBase()).toContain('tag: "2.0.0"');
      },
    );

    it('closed unmerged: discarded by them', async () => {
      const { branch, until } = await propose();
      await people().close(branch);
      const { text, change } = await until(({ run }) =>
        expect(run).toMatchObject({ end: 'discarded' }),
      );
      expect(change).toMatchObject({ end: 'discarded' });
      expect(text).toMatch(
        /^Change closed unmerged by dana: dana closed pull request #\d+ unmerged\.$/m,
      );
    });

    it('reopened after it was discarded: theirs, and a new event proposes anew', async () => {
      const { branch, until, again } = await propose();
      await people().close(branch);
      await until(({ run }) => expect(run.end).toBe('discarded'));
      await people().reopen(branch);
      const next = await again('3.0.0');
      expect(next.branch).not.toBe(branch);
      await until(({ run, change }) => {
        expect(run.end).toBe('discarded');
        expect(change?.end).toBe('discarded');
      });
    });

    it('closed and reopened before anybody looked: goes on', async () => {
      const { branch, until } = await propose();
      await people().close(branch);
      await people().reopen(branch);
      await people().merge(branch, 'squash');
      await until(({ run }) => expect(run.end).toBe('applied'));
    });

    it('pointed at another base: held, and says how it goes on', async () => {
      const { branch, until, release, base } = await propose();
      await people().pointAt(branch, 'main');
      const { text } = await until(({ run }) =>
        expect(run).toMatchObject({ state: 'held' }),
      );
      expect(text).toMatch(
        /^Held for a person: Somebody pointed pull request #\d+ at main; it was judged for base-\d+ and we stop writing\. Point it back and release, or discard this run\.$/m,
      );
      await people().pointAt(branch, base);
      await release();
      await until(({ run, change }) => {
        expect(run.state).toBe('waiting');
        expect(change).toMatchObject({ state: 'waiting', branch });
      });
    });

    it('looked at by nobody: reminded of, then closed with a comment', async () => {
      const { branch, until } = await propose();
      const { forge, portal } = stories();
      await portal.age(branch, 8);
      await until(({ text }) =>
        expect(text).toMatch(
          /^GitOps Events commented: Nobody has decided about this for 8 days\. .*It is closed when it has waited for 14 days\.$/m,
        ),
      );
      await portal.age(branch, 15);
      const { text } = await until(({ run }) =>
        expect(run.end).toBe('discarded'),
      );
      expect(text).toMatch(
        /^Change closed unmerged: Nobody decided about it for 15 days\. Ask again/m,
      );
      const said = forge.comments(branch).join('\n');
      expect(said).toContain('for 8 days');
      expect(said).toContain('for 15 days. Ask again where it came from');
    });
  });

  describe('its branch', () => {
    it('deleted: discarded by them', async () => {
      const { branch, until } = await propose();
      await deleteBranch(branch);
      const { text } = await until(({ run }) =>
        expect(run.end).toBe('discarded'),
      );
      expect(text).toMatch(
        /^Change closed unmerged by \w+: \w+ closed pull request #\d+ unmerged\.$/m,
      );
    });

    it.each(['committed to', 'force-pushed'])(
      '%s by them: held, and what they made is kept',
      async how => {
        const { branch, until, base } = await propose();
        const from =
          how === 'force-pushed'
            ? await git(directory(), ['rev-parse', base])
            : undefined;
        const commit = await pushByHand(directory(), branch, theirs, from);
        const { text } = await until(({ run }) =>
          expect(run).toMatchObject({ state: 'held' }),
        );
        expect(text).toMatch(
          /^Held for a person: dana moved branch gitops-events\/\w+; their commits are kept and we stop writing\. Merge or close the pull request there, or discard this run\.$/m,
        );
        const head = await git(directory(), ['rev-parse', branch]);
        expect(head).toBe(commit);
      },
    );

    it('taken over and ended by them: released later, it is proposed anew', async () => {
      const { branch, until, release } = await propose();
      await pushByHand(directory(), branch, theirs);
      await until(({ run }) => expect(run.state).toBe('held'));
      await people().close(branch);
      await release();
      const { text, change } = await until(({ run, change: next }) => {
        expect(run).toMatchObject({ state: 'waiting' });
        expect(next).toMatchObject({ state: 'waiting' });
        expect(next!.branch).not.toBe(branch);
      });
      expect(change!.pullRequest!.number).toBeGreaterThan(1);
      expect(text).toMatch(/^Released by user:default\/ann$/m);
    });
  });
}
