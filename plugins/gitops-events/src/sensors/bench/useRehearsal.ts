import { useApi } from '@backstage/core-plugin-api';
import type { SensorTestResult } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';

/** What is asked: one rule, by name or as text, with one event, stored or made up. */
export type Rehearsed = ({ sensor: string } | { yaml: string }) &
  ({ uids: string[] } | { events: { event: Record<string, unknown> }[] }) & {
    /** As if the event came then. */
    at?: string;
  };

interface State {
  busy: boolean;
  result?: SensorTestResult;
  error?: unknown;
}

/** Tests a rule with an event. A later question takes the place of the one under way. */
export function useRehearsal() {
  const api = useApi(gitopsEventsApiRef);
  const [state, setState] = useState<State>({ busy: false });
  const asking = useRef<AbortController>();
  useEffect(() => () => asking.current?.abort(), []);

  const rehearse = useCallback(
    async (body: Rehearsed) => {
      asking.current?.abort();
      const { signal } = (asking.current = new AbortController());
      // What is there stays until the answer comes, so that nothing jumps.
      setState(({ result }) => ({ busy: true, result }));
      try {
        const result = await api.call('testSensors', { body, signal });
        if (!signal.aborted) setState({ busy: false, result });
      } catch (error) {
        if (!signal.aborted) setState({ busy: false, error });
      }
    },
    [api],
  );
  return { ...state, rehearse };
}
