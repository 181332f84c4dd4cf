import { z } from 'zod';
import type { Connection } from './connection';

const PAGE = 100;
const commits = z.array(z.object({ id: z.string(), message: z.string() }));

/** The newest commit that `head` has and `since` has not, in whose message this is a line. */
export async function findCommit(
  { api }: Connection,
  { head, since, line }: { head: string; since: string; line: string },
): Promise<string | undefined> {
  for (let page = 1; ; page++) {
    const some = await api('GET', 'repository/commits', commits, {
      ref_name: `${since}..${head}`,
      ...{ page, per_page: PAGE },
    });
    // Newest first.
    const found = some.find(({ message }) =>
      message.split('\n').includes(line),
    );
    if (found || some.length < PAGE) return found?.id;
  }
}
