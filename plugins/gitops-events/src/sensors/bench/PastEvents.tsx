import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useState } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { ActionButton } from '../../feedback/ActionButton';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { useLivePages } from '../../live/useLivePages';
import { boxStyle } from '../../navigation/Section';
import { LoadMore } from '../../table/LiveTable';
import { copyOf } from './eventDraft';
import { PastEvent } from './PastEvent';

const idOf = ({ eventUid, revision }: DecisionView) =>
  `${eventUid} ${revision}`;

/** What came to a sensor lately, to choose one of. */
export function PastEvents(props: {
  sensor: string;
  chosen: string;
  onChoose: (uid: string) => void;
  /** Told the text of a copy to change something in. */
  onCopy: (draft: string) => void;
}) {
  const { sensor, chosen, onChoose, onCopy } = props;
  const api = useApi(gitopsEventsApiRef);
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listDecisions', {
        params: { name: sensor },
        query: page,
        signal,
      }),
    [api, sensor],
  );
  const live = useLivePages<DecisionView>({ key: sensor, load, idOf });
  const { items, error } = live;
  if (!items) {
    return error === undefined ? (
      <LoadingRows rows={5} height={44} />
    ) : (
      <ErrorPanel
        title="Past events could not be loaded"
        error={error}
        onRetry={live.refresh}
      />
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState title="No event has come to it yet">
        Those that come can be chosen here. Until then write one: <b>My own</b>{' '}
        begins with the type it listens to.
      </EmptyState>
    );
  }
  return (
    <>
      <Box
        role="radiogroup"
        aria-label="Past events"
        sx={{
          ...boxStyle,
          p: 0,
          maxHeight: { xs: 260, lg: 320 },
          overflowY: 'auto',
          '& > * + *': { borderTop: 1, borderColor: 'divider' },
        }}
      >
        {items.map(decision => (
          <PastEvent
            key={idOf(decision)}
            decision={decision}
            chosen={decision.eventUid === chosen}
            onChoose={() => onChoose(decision.eventUid)}
          />
        ))}
        <Box sx={{ pb: live.hasMore ? 2 : 0 }}>
          <LoadMore live={live} />
        </Box>
      </Box>
      {chosen && <CopyButton uid={chosen} onCopy={onCopy} />}
    </>
  );
}

function CopyButton(props: { uid: string; onCopy: (draft: string) => void }) {
  const { uid, onCopy } = props;
  const api = useApi(gitopsEventsApiRef);
  const [error, setError] = useState<unknown>();
  const copy = async () => {
    try {
      const event = await api.call('getEvent', { params: { id: uid } });
      onCopy(JSON.stringify(copyOf(event), undefined, 2));
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <>
      <ActionButton size="small" sx={{ mt: 1 }} onClick={copy}>
        Change a copy of it
      </ActionButton>
      {error !== undefined && (
        <ErrorPanel title="The event could not be loaded" error={error} />
      )}
    </>
  );
}
