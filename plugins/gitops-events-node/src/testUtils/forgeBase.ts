// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { ForgeStories } from './forgeStory';
import { git } from './git';

/** The branch that it is for. Part of `forgePeopleContract`. */
export function forgeBaseContract(stories: () => ForgeStories): void {
  const directory = () => stories().forge.directory;

  describe('base', () => {
    it.each(['deleted', 'renamed'])(
      '%s: ended by them, or held with what to do',
      async how => {
        const { base, until } = await stories().begin('propose');
        const ref = `refs/heads/${base}`;
        if (how === 'renamed') {
          await git(directory(), ['branch', `${base}-new`, base]);
        }
        await git(directory(), ['push', '--quiet', '.', `:${ref}`]);
        const { text } = await until(({ run }) =>
          expect([run.state, run.end]).toContainEqual(
            expect.stringMatching(/^(held|discarded)$/),
          ),
        );
        expect(text).toMatch(
          /^(Change closed unmerged by dana: dana closed pull request #\d+ unmerged\.|Held for a person: .* push it again, or close pull request \d+.*)$/m,
        );
      },
    );

    it('moved elsewhere: merged onto it', async () => {
      const { decide, until, moveBase, onBase } =
        await stories().begin('propose');
      await moveBase('theirs: true\n', 'apps/other.yaml');
      await decide('approve');
      await until(({ text }) => expect(text).toMatch(/^Approved by/m));
      await decide('merge');
      await until(({ run }) => expect(run.end).toBe('done'));
      expect(await onBase()).toContain('tag: "2.0.0"');
    });

    it('moved beside its line: rendered again, the same diff keeps its approval', async () => {
      const { decide, until, moveBase, onBase } =
        await stories().begin('propose');
      await decide('approve');
      await until(({ text }) => expect(text).toMatch(/^Approved by/m));
      await moveBase('tag: "1.0.0"\nreplicas: 3\n');
      await decide('merge');
      const { text } = await until(({ run }) => expect(run.end).toBe('done'));
      expect(text).toMatch(
        /^Rendering again: The base branch has moved to \w{7}$/m,
      );
      expect(text.match(/^Approved by/gm)).toHaveLength(1);
      expect(await onBase()).toBe('tag: "2.0.0"\nreplicas: 3');
    });

    it('moved on its line: judged and asked for again', async () => {
      const { decide, until, moveBase, onBase } =
        await stories().begin('propose');
      await decide('approve');
      await until(({ text }) => expect(text).toMatch(/^Approved by/m));
      await moveBase('tag: "1.5.0"\nreplicas: 2\n');
      await decide('merge');
      await until(({ change }) =>
        expect(change).toMatchObject({
          ...{ state: 'waiting', revision: 2, approvals: [] },
          reason: { code: 'approval' },
        }),
      );
      await decide('approve');
      await decide('merge');
      await until(({ run }) => expect(run.end).toBe('done'));
      expect(await onBase()).toBe('tag: "2.0.0"\nreplicas: 2');
    });
  });
}
