import type { LoggedCommit } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { Connection } from './connection';

const PAGE = 100;
const commits = z.array(z.object({ id: z.string(), message: z.string() }));

/** The newest commits that `head` has, itself first, by pages as far as that with `until`. */
export async function readLog(
  { api }: Connection,
  { head, until, atMost }: { head: string; until?: string; atMost: number },
): Promise<LoggedCommit[]> {
  const found: LoggedCommit[] = [];
  for (let page = 1; found.length < atMost; page++) {
    const some = await api('GET', 'repository/commits', commits, {
      ...{ ref_name: head, page, per_page: PAGE },
    });
    found.push(...some);
    if (some.length < PAGE || some.some(({ id }) => id === until)) break;
  }
  return found.slice(0, atMost);
}
