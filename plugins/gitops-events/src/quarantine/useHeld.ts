import { useApi } from '@backstage/core-plugin-api';
import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLivePages } from '../live/useLivePages';

const idOf = (held: HeldView) => held.id;

/** What is held, live, as the filters ask for it. */
export function useHeld(filters: {
  sensor: string;
  code: string;
  owner: string;
}) {
  const api = useApi(gitopsEventsApiRef);
  const { sensor, code, owner } = filters;
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listHeld', {
        query: {
          ...page,
          sensor: sensor || undefined,
          code: code || undefined,
          owner: owner || undefined,
        },
        signal,
      }),
    [api, sensor, code, owner],
  );
  return useLivePages<HeldView>({
    key: JSON.stringify([sensor, code, owner]),
    load,
    idOf,
  });
}
