import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';

/** A comment names its key where nobody sees it, so that a second try finds the first. */
export async function commentOnce(
  { octokit, name }: Connection,
  { number, key, text }: Parameters<ChangeHost['comment']>[0],
): Promise<void> {
  const mark = `<!-- gitops-events: ${key} -->`;
  const issue = { ...name, issue_number: number };
  const known = await octokit.paginate(octokit.rest.issues.listComments, {
    ...issue,
    per_page: 100,
  });
  if (known.some(({ body }) => body?.includes(mark))) return;
  await octokit.rest.issues.createComment({
    ...issue,
    body: `${text}\n\n${mark}`,
  });
}
