import { useApi } from '@backstage/core-plugin-api';
import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import type { BulkVerb } from './bulkWords';
import { runBulk, type BulkOutcome } from './runBulk';

/** A bulk decision under way: what each item came to, and whether it is over. */
export function useBulk(verb: BulkVerb, onChanged: () => void) {
  const api = useApi(gitopsEventsApiRef);
  const [state, setState] = useState<'asking' | 'working' | 'done'>('asking');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, BulkOutcome>>(
    new Map(),
  );
  const start = useCallback(
    async (
      items: readonly HeldView[],
      comment: string | undefined,
      confirmOlder = false,
    ) => {
      setState('working');
      setOutcomes(old => without(old, items));
      await runBulk({
        items,
        idOf: item => item.id,
        act: async ({ id, version }) => {
          const params = { id };
          const body = { version, comment };
          await (verb === 'release'
            ? api.call('releaseHeld', {
                params,
                body: { ...body, ...(confirmOlder && { confirmOlder }) },
              })
            : api.call('discardHeld', { params, body }));
        },
        onOutcome: (id, outcome) =>
          setOutcomes(old => new Map(old).set(id, outcome)),
      });
      setState('done');
      onChanged();
    },
    [api, verb, onChanged],
  );
  return { state, outcomes, start };
}

/** What is tried again has no outcome for now. */
function without(
  outcomes: ReadonlyMap<string, BulkOutcome>,
  items: readonly HeldView[],
): ReadonlyMap<string, BulkOutcome> {
  const rest = new Map(outcomes);
  for (const { id } of items) rest.delete(id);
  return rest;
}
