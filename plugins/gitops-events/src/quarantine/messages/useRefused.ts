import { useApi } from '@backstage/core-plugin-api';
import type { RefusedMessageView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { useLivePages } from '../../live/useLivePages';

const idOf = ({ number }: RefusedMessageView) => String(number);

/** Messages that wait for a person, live, of one source or all. */
export function useRefused(source: string) {
  const api = useApi(gitopsEventsApiRef);
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listRefusedMessages', {
        query: { ...page, source: source || undefined },
        signal,
      }),
    [api, source],
  );
  return useLivePages<RefusedMessageView>({ key: source, load, idOf });
}
