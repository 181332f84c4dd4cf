import {
  ProblemError,
  type Problem,
  type ReplayView,
  type StopView,
} from '@gitops-events/plugin-gitops-events-common';

/** A request as the example handlers get it, after its schema has read it. */
export interface Request {
  params: Record<string, string>;
  query: Record<string, string | number | undefined>;
  body: {
    version: number;
    comment?: string;
    text?: string;
    confirmOlder?: boolean;
    sensor?: string;
    yaml?: string;
    uids?: string[];
    at?: string;
    revision?: number;
    mode?: ReplayView['mode'];
    target?: ReplayView['target'];
    scope?: StopView['scope'];
    reason?: string;
    digest?: string;
    choices?: Record<string, 'keep' | 'write'>;
    rootCause?: string;
    partition?: string;
    from?: 'oldest' | 'newest';
    events?: { event: Record<string, any> }[];
  };
}
export type Handler = (request: Request) => unknown;

/** A page of a list; the cursor is the number of rows before it. */
export function page<T>(items: T[], query: Request['query']) {
  const start = Number(query.cursor ?? 0);
  const end = start + Number(query.limit);
  return {
    items: items.slice(start, end),
    nextCursor: end < items.length ? String(end) : undefined,
  };
}

export const has = (value: string | undefined, wanted: unknown) =>
  !wanted || value === wanted;

export const contains = (text: string, wanted: unknown) =>
  !wanted || text.toLowerCase().includes(String(wanted).toLowerCase());

export function fail(
  status: number,
  detail: string,
  more: Partial<Problem> = {},
): never {
  throw new ProblemError({
    type: 'about:blank',
    title: 'Not done',
    status,
    detail,
    ...more,
  });
}
