import { z } from 'zod';
import type { Connection } from './connection';

const note = z.object({
  body: z.string(),
  system: z.boolean(),
  created_at: z.string(),
  author: z.object({ username: z.string() }),
});

/** What GitLab itself says on a merge request about what somebody did. */
export interface SystemNote {
  body: string;
  by: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The newest first, of its last 100 notes. Source: GitLab's page on the notes API. */
export async function systemNotes(
  { api }: Connection,
  number: number,
): Promise<SystemNote[]> {
  const notes = await api(
    'GET',
    `merge_requests/${number}/notes`,
    z.array(note),
    { sort: 'desc', per_page: 100, page: 1 },
  );
  return notes
    .filter(({ system }) => system)
    .map(({ body, author, created_at }) => ({
      ...{ body, by: author.username, at: Date.parse(created_at) },
    }));
}
