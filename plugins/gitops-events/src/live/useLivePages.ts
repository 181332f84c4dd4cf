import { useCallback, useEffect, useRef, useState } from 'react';
import { keepEqual } from './keepEqual';
import { appendPage, mergeFirstPage, type Page } from './mergeFirstPage';
import { useLive, type Live } from './useLive';

export interface LivePages<T> extends Omit<Live<Page<T>>, 'value'> {
  items: T[] | undefined;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
}

const pageSize = 50;
const largestPage = 200;

/** {@link useLive} for a list with cursors: the first rows stay fresh, older ones are loaded on demand. */
export function useLivePages<T>(options: {
  key: string;
  load: (
    page: { cursor?: string; limit: number },
    signal?: AbortSignal,
  ) => Promise<Page<T>>;
  idOf: (item: T) => string;
  moving?: (items: T[]) => boolean;
}): LivePages<T> {
  const { key, load, idOf, moving } = options;
  const known = useRef<{ key: string; page: Page<T> }>();
  const [more, setMore] = useState({ loading: false, turn: 0 });
  const [moreError, setMoreError] = useState<unknown>();

  const live = useLive<Page<T>>({
    key,
    load: async signal => {
      const before =
        known.current?.key === key ? known.current.page : undefined;
      const count = before?.items.length ?? 0;
      const limit = Math.min(Math.max(count, pageSize), largestPage);
      const fresh = await load({ limit }, signal);
      const latest =
        known.current?.key === key ? known.current.page : undefined;
      const page = latest
        ? mergeFirstPage(
            latest,
            { ...fresh, items: keepEqual(latest.items, fresh.items, idOf) },
            idOf,
          )
        : fresh;
      if (!signal.aborted) known.current = { key, page };
      return page;
    },
    moving: page => !!moving?.(page.items),
  });

  useEffect(() => setMoreError(undefined), [key]);

  const loadMore = useCallback(async () => {
    const cursor = known.current?.page.nextCursor;
    if (!cursor || known.current?.key !== key) return;
    setMore(old => ({ ...old, loading: true }));
    try {
      const next = await load({ cursor, limit: pageSize });
      if (known.current?.key === key) {
        const page = appendPage(known.current.page, next, idOf);
        known.current = { key, page };
      }
      setMoreError(undefined);
    } catch (error) {
      setMoreError(error);
    }
    setMore(old => ({ loading: false, turn: old.turn + 1 }));
  }, [key, load, idOf]);

  const page =
    (known.current?.key === key && live.value
      ? known.current.page
      : undefined) ?? live.value;
  return {
    ...live,
    error: live.error ?? moreError,
    items: page?.items,
    hasMore: page?.nextCursor !== undefined,
    loadingMore: more.loading,
    loadMore,
  };
}
