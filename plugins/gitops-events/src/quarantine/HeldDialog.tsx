import { useApi } from '@backstage/core-plugin-api';
import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { BulkDialog } from './BulkDialog';
import { bulkWords, type BulkVerb } from './bulkWords';

/** Releases or discards held runs. */
export function HeldDialog(props: {
  verb: BulkVerb;
  items: readonly HeldView[];
  onClose: (failed?: string[]) => void;
  onChanged: () => void;
}) {
  const { verb, items, onClose, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const act = useCallback(
    (
      { id, version }: HeldView,
      comment: string | undefined,
      confirmOlder: boolean,
    ) => {
      const params = { id };
      const body = { version, comment };
      return verb === 'release'
        ? api.call('releaseHeld', {
            params,
            body: { ...body, ...(confirmOlder && { confirmOlder }) },
          })
        : api.call('discardHeld', { params, body });
    },
    [api, verb],
  );
  return (
    <BulkDialog
      words={bulkWords(verb, items)}
      items={items}
      destructive={verb === 'discard'}
      commentRequired={verb === 'discard'}
      act={act}
      onClose={onClose}
      onChanged={onChanged}
    />
  );
}
