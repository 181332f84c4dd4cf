// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { ForgeStories } from './forgeStory';
import { git } from './git';

/** The branch that it is for. Part of `forgePeopleContract`. */
export function forgeBaseContract(stories: () => ForgeStories): void {
  const directory = () => stories().forge.directory;
  const people = () => stories().forge.people;
  const rules = () => stories().forge.rules;
  const approved = async () => {
    const story = await stories().begin('propose');
    await story.decide('approve');
    await story.until(({ change }) =>
      expect(change?.reason?.code).toBe('merge'),
    );
    return story;
  };

  describe('base', () => {
    it('deleted: ended by them, or held with what to do', async () => {
      const { base, until } = await stories().begin('propose');
      await git(directory(), ['push', '--quiet', '.', `:refs/heads/${base}`]);
      const { text } = await until(({ run }) =>
        expect(run.end ?? run.state).toMatch(/^(held|discarded)$/),
      );
      expect(text).toMatch(
        /^(Change closed unmerged by dana: dana closed pull request #\d+ unmerged\.|Held for a person: .* is gone; push it again and release, or close .*\d+)$/m,
      );
    });

    it('renamed: held, for it was judged for the old one', async () => {
      const { base, until } = await stories().begin('propose');
      await people().rename(base, `${base}-new`);
      const { text } = await until(({ run }) =>
        expect(run).toMatchObject({ state: 'held' }),
      );
      expect(text).toMatch(
        /^Held for a person: (Somebody pointed pull request #\d+ at base-\d+-new; .* Point it back and release, or discard this run\.|.* is gone; push it again and release, or close .*\d+)$/m,
      );
    });

    it('moved elsewhere: merged onto it', async () => {
      const story = await approved();
      await story.moveBase('theirs: true\n', 'apps/other.yaml');
      await story.decide('merge');
      await story.until(({ run }) => expect(run.end).toBe('applied'));
      expect(await story.onBase()).toContain('tag: "2.0.0"');
    });

    it('moved elsewhere, where a branch must have all of it: rendered again, the same diff keeps its approval', async () => {
      rules().upToDate(true);
      const { decide, until, moveBase, onBase } = await approved();
      await moveBase('theirs: true\n', 'apps/other.yaml');
      await decide('merge');
      const { text, change } = await until(({ run }) =>
        expect(run.end).toBe('applied'),
      );
      expect(change).toMatchObject({ revision: 2 });
      expect(text).toMatch(
        /^Rendering again: The base branch has moved to \w{7}$/m,
      );
      expect(text.match(/^Approved by/gm)).toHaveLength(1);
      expect(await onBase()).toContain('tag: "2.0.0"');
    });

    it.each([
      ['beside its line', 'tag: "1.0.0"\nreplicas: 3\n'],
      ['on its line', 'tag: "1.5.0"\nreplicas: 2\n'],
    ])(
      'moved %s: rendered again, judged and asked for again',
      async (_, text) => {
        const { decide, until, moveBase, onBase } = await approved();
        await moveBase(text);
        await decide('merge');
        await until(({ change }) =>
          expect(change).toMatchObject({
            ...{ state: 'waiting', revision: 2, approvals: [] },
            reason: { code: 'approval' },
          }),
        );
        await decide('approve');
        await until(({ change }) => expect(change?.reason?.code).toBe('merge'));
        await decide('merge');
        await until(({ run }) => expect(run.end).toBe('applied'));
        const after = text.replace(/"1.*"/, '"2.0.0"').trim();
        expect(await onBase()).toBe(after);
      },
    );
  });
}
