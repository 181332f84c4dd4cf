import { findSecrets } from '../policy/findSecrets';
import type { ChangeStory } from './changeStory';
import { commitMessage, commitTrailers, LISTED, trailers } from './message';
import { decisionLine, EDITS_TOLD, pullRequestBody } from './pullRequestBody';

/**
 * Body of the pull request and commit message as they leave. The policies judged
 * what the steps bring; an excerpt of the payload is nobody's wish, and a value
 * before may be the very credential that is removed: where they hold what the scan
 * takes for one, they are left out. Whatever else it finds, only what we wrote
 * ourselves is told.
 *
 * @param text - what the sensor's author wants on top of the body
 */
export async function cleanTexts(
  story: ChangeStory,
  text?: string,
): Promise<{ body: string; message: string }> {
  const own = trailers(story).join('\n');
  // Of a value the body shows the beginning, by which a credential is not told.
  const values = await isClean(wholeValues(story));
  return {
    body: await firstClean(
      [
        pullRequestBody(story, { text, values }),
        pullRequestBody(story, { text, values, payload: false }),
        pullRequestBody(story, { text, payload: false, values: false }),
      ],
      [decisionLine(story), '', own, ''].join('\n'),
    ),
    message: await firstClean(
      [commitMessage(story)],
      `Change ${story.changeId}\n\n${commitTrailers(story).join('\n')}\n`,
    ),
  };
}

async function firstClean(texts: string[], bare: string): Promise<string> {
  for (const text of texts) {
    if (await isClean(text)) return text;
  }
  return bare;
}

async function isClean(text: string): Promise<boolean> {
  return (await findSecrets('text', text)).length === 0;
}

function wholeValues({ members }: ChangeStory): string {
  return members
    .slice(0, LISTED)
    .flatMap(({ edits }) => edits.slice(0, EDITS_TOLD))
    .flatMap(({ before, after }) => [before, after])
    .map(value => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join('\n');
}
