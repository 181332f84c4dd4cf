import type { IncomingMessage } from 'node:http';

/**
 * What a request belongs to. When a part of a call fails the whole call is made
 * again: a commit is its objects and its branch, the rest is a pull request.
 */
export type Family = 'commit' | 'pullRequest' | 'read';

/** A request as it came to a forge, and what became of its answer. */
export interface JournalEntry {
  /** When it came, in milliseconds since 1970. */
  at: number;
  /** Method and address; with a digest of the body it is the same as another. */
  request: string;
  digest: string;
  family: Family;
  /**
   * `lost` on its way; nobody was there to take it (`gone`); the forge `refused`
   * and did nothing.
   */
  answer?: 'taken' | 'lost' | 'gone' | 'refused';
  /** When that was. */
  answeredAt?: number;
}

export function familyOf(
  { method, url }: Pick<IncomingMessage, 'method' | 'url'>,
  body: Buffer,
): Family {
  if (method === 'GET') return 'read';
  // A question of GraphQL is sent as a POST too.
  if (url!.endsWith('/graphql')) {
    if (!body.includes('mutation')) return 'read';
    return body.includes('updateRefs') ? 'commit' : 'pullRequest';
  }
  return url!.includes('/git/') ? 'commit' : 'pullRequest';
}
