import { useApi } from '@backstage/core-plugin-api';
import type { QuarantineCounts } from '@gitops-events/plugin-gitops-events-common';
import {
  gitopsEventsApiRef,
  type GitopsEventsApi,
} from '../api/gitopsEventsApi';
import { statusOf } from '../api/refusal';
import { useLive } from '../live/useLive';

/** How much waits in each part of the quarantine. */
export function useWaiting() {
  const api = useApi(gitopsEventsApiRef);
  return useLive({ key: 'waiting', load: signal => count(api, signal) });
}

async function count(
  api: GitopsEventsApi,
  signal: AbortSignal,
): Promise<QuarantineCounts> {
  try {
    return await api.call('countQuarantine', { signal });
  } catch (error) {
    // To a backend of the version before, the address is that of a run. It tells both among much else.
    if (![400, 404].includes(statusOf(error) ?? 0)) throw error;
    const { held, refusedMessages } = await api.call('getOverview', { signal });
    return { held: held.count, refusedMessages: refusedMessages?.count };
  }
}
