import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { Connection } from './connection';
import { plainText } from './plainText';

const note = z.object({ body: z.string() });
const PAGE = 100;

/** A comment names its key where nobody sees it, so that a second try finds the first. */
export async function commentOnce(
  { api }: Connection,
  {
    number,
    key,
    text,
  }: Omit<Parameters<ChangeHost['comment']>[0], 'repository'>,
): Promise<void> {
  const mark = `<!-- gitops-events: ${key} -->`;
  const path = `merge_requests/${number}/notes`;
  for (let page = 1; ; page++) {
    const notes = await api('GET', path, z.array(note), {
      ...{ sort: 'asc', per_page: PAGE, page },
    });
    if (notes.some(({ body }) => body.includes(mark))) return;
    if (notes.length < PAGE) break;
  }
  await api('POST', path, note, { body: `${plainText(text)}\n\n${mark}` });
}
