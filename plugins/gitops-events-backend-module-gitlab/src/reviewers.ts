import { z } from 'zod';
import type { Connection } from './connection';

const users = z.array(z.object({ id: z.number(), state: z.string() }));

/**
 * Ids of those who can be asked for a review. GitLab asks users alone: groups,
 * and whom it does not know, are left out and must not hold a change up.
 *
 * @param reviewers - as in CODEOWNERS: `@pia`, `@acme/platform`
 */
export async function reviewerIds(
  { api }: Connection,
  reviewers: string[],
): Promise<number[]> {
  const names = reviewers
    .filter(reviewer => /^@[^/]+$/.test(reviewer))
    .map(reviewer => reviewer.slice(1));
  const found = await Promise.all(
    [...new Set(names)].map(username =>
      api('GET', '/users', users, { username }),
    ),
  );
  return found
    .flat()
    .filter(({ state }) => state === 'active')
    .map(({ id }) => id);
}
