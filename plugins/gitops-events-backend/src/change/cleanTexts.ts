import { findSecrets } from '../policy/findSecrets';
import type { ChangeStory } from './changeStory';
import { commitMessage, trailers } from './message';
import { portalLink, pullRequestBody } from './pullRequestBody';

/**
 * Body of the pull request and commit message as they leave. The policies judged
 * what the steps bring; an excerpt of the payload is nobody's wish, so where it
 * holds what the scan takes for a credential it is left out. Whatever else the
 * scan finds, only what we wrote ourselves is told.
 *
 * @param text - what the sensor's author wants on top of the body
 */
export async function cleanTexts(
  story: ChangeStory,
  text?: string,
): Promise<{ body: string; message: string }> {
  const own = trailers(story).join('\n');
  return {
    body: await firstClean(
      [
        pullRequestBody(story, { text }),
        pullRequestBody(story, { text, payload: false }),
      ],
      `${portalLink(story)}\n\n${own}\n`,
    ),
    message: await firstClean(
      [commitMessage(story)],
      `Change ${story.changeId}\n\n${own}\n`,
    ),
  };
}

async function firstClean(texts: string[], bare: string): Promise<string> {
  for (const text of texts) {
    if ((await findSecrets('text', text)).length === 0) return text;
  }
  return bare;
}
