// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { ForgeStories } from './forgeStory';

/** What the forge asks for before it merges, and its queue. Part of `forgePeopleContract`. */
export function forgeRulesContract(stories: () => ForgeStories): void {
  const rules = () => stories().forge.rules;
  const words = () => stories().forge.words;
  const people = () => stories().forge.people;

  describe('rules of the forge', () => {
    it('a review that is required meanwhile: waits for it, then merges', async () => {
      rules().check('running');
      const { until } = await stories().begin('auto');
      rules().none();
      rules().review('missing');
      await until(({ text }) => expect(text).toMatch(words().reviewMissing));
      rules().review('given');
      await until(({ run }) => expect(run.end).toBe('applied'));
    });

    it('changes requested: waits, and says who asked for them', async () => {
      rules().review('missing');
      const { until } = await stories().begin('auto');
      rules().review('changesRequested');
      await until(({ text }) => expect(text).toMatch(words().changesRequested));
      rules().review('given');
      await until(({ run }) => expect(run.end).toBe('applied'));
    });

    it('an approval taken back before the checks passed: not merged without it', async () => {
      rules().check('running');
      rules().review('given');
      const { until } = await stories().begin('auto');
      await until(({ text }) => expect(text).toMatch(words().checkRunning));
      rules().check('passed');
      rules().review('missing');
      await until(({ text, run }) => {
        expect(text).toMatch(words().reviewMissing);
        expect(run.state).toBe('waiting');
      });
      rules().review('given');
      await until(({ run }) => expect(run.end).toBe('applied'));
    });

    it('turned into a draft: not merged before they make it ready', async () => {
      rules().check('running');
      const { branch, until } = await stories().begin('auto');
      await people().makeDraft(branch);
      rules().none();
      await until(({ text }) => expect(text).toMatch(words().draft));
      expect(stories().forge.isDraft(branch)).toBe(true);
      await people().makeReady(branch);
      await until(({ run }) => expect(run.end).toBe('applied'));
    });

    it('taken out of the queue: left out until somebody says so', async () => {
      rules().queue(true);
      const { branch, until, decide } = await stories().begin('auto');
      await until(({ text }) => expect(text).toMatch(words().queued));
      await people().takeOut(branch);
      await until(({ text }) => expect(text).toMatch(words().takenOut));
      await decide('merge');
      await until(({ change }) =>
        expect(change?.reason?.message).toMatch(words().queued),
      );
      await rules().queueMoves(branch);
      const { text } = await until(({ run }) =>
        expect(run.end).toBe('applied'),
      );
      expect(text).toMatch(/^Merged: /m);
    });
  });
}
