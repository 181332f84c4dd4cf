import { useApi } from '@backstage/core-plugin-api';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { BulkDialog } from '../BulkDialog';
import type { WaitingMessage } from '../causes';
import { messageWords, type MessageVerb } from './messageWords';

/** Takes refused messages in, or gives them up. */
export function MessageDialog(props: {
  verb: MessageVerb;
  items: readonly WaitingMessage[];
  onClose: (failed?: string[]) => void;
  onChanged: () => void;
}) {
  const { verb, items, onClose, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const act = useCallback(
    ({ id }: { id: string }, comment: string | undefined) =>
      api.call(
        verb === 'retry' ? 'retryRefusedMessage' : 'discardRefusedMessage',
        { params: { number: id }, body: { comment: comment! } },
      ),
    [api, verb],
  );
  return (
    <BulkDialog
      words={messageWords(verb, items)}
      items={[...items]
        .sort((a, b) => a.number - b.number)
        .map(({ id, place }) => ({ id, title: place }))}
      // They become events in the order in which they were refused.
      atOnce={verb === 'retry' ? 1 : undefined}
      destructive={verb === 'discard'}
      commentRequired
      act={act}
      onClose={onClose}
      onChanged={onChanged}
    />
  );
}
