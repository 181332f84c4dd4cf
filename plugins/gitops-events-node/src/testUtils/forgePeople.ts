// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { Forge, StartForgePortal } from './forge';
import { forgeEndsContract } from './forgeEnds';
import { forgeBaseContract } from './forgeBase';
import { forgeRulesContract } from './forgeRules';
import { catalogOf, forgeReviewersContract } from './forgeReviewers';
import { ForgeStories } from './forgeStory';

/**
 * What each act of a person on a forge leads to, through the whole plugin: from
 * the event to the sentence on its timeline. To be called at the top of a test
 * file; what becomes of the change is the same on each forge.
 *
 * @public
 */
export function forgePeopleContract(options: {
  name: string;
  createForge(): Promise<Forge>;
  startPortal: StartForgePortal;
}): void {
  describe(`what people do on ${options.name}, from the event to the timeline`, () => {
    jest.setTimeout(60_000);
    let stories: ForgeStories;
    beforeAll(async () => {
      stories = await ForgeStories.start({ ...options, entities: catalogOf });
    });
    afterEach(() => stories.forge.rules.none());
    afterAll(() => stories.stop());

    const get = () => stories;
    forgeEndsContract(get);
    forgeBaseContract(get);
    forgeRulesContract(get);
    forgeReviewersContract(get);
  });
}
