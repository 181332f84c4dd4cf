import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  durationInWords,
  stopInWords,
  type StopView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLivePages } from '../live/useLivePages';
import { Section } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import { LoadMore } from '../table/LiveTable';
import { RelativeTime } from '../time/RelativeTime';
import { useStops } from './useStops';

const idOf = ({ id }: StopView) => id;

/** Stops in force and those that were lifted: who, why, for how long; nothing where there was none. */
export function StopHistory() {
  const api = useApi(gitopsEventsApiRef);
  const { stops } = useStops();
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listStops', { query: { ...page, lifted: 'true' }, signal }),
    [api],
  );
  const lifted = useLivePages<StopView>({ key: 'lifted stops', load, idOf });
  const all = [...stops, ...(lifted.items ?? [])];
  if (all.length === 0) return null;
  return (
    <Section title="Stops of writing" boxed>
      <Box
        component="ul"
        sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}
      >
        {all.map(stop => (
          <Told key={stop.id} stop={stop} />
        ))}
      </Box>
      <LoadMore live={lifted} />
    </Section>
  );
}

function Told({ stop: { scope, by, at, reason, lifted } }: { stop: StopView }) {
  return (
    <Box component="li" sx={{ overflowWrap: 'anywhere' }}>
      <div>
        <strong>{stopInWords(scope)}</strong>, by <Sentence>{by}</Sentence>,{' '}
        <RelativeTime at={at} />: {reason}
      </div>
      <Box sx={{ color: 'text.secondary' }}>
        {lifted ? (
          <>
            Lifted by <Sentence>{lifted.by}</Sentence> after{' '}
            {durationInWords(Date.parse(lifted.at) - Date.parse(at))}:{' '}
            {lifted.comment}
          </>
        ) : (
          'Still in force'
        )}
      </Box>
    </Box>
  );
}
