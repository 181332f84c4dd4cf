import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  targetInWords,
  type ReplayView,
  type RunView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useEffect } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { useLivePages } from '../../live/useLivePages';
import { boxStyle, Section } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { TextLink } from '../../navigation/TextLink';
import { eventRouteRef } from '../../routes';
import { StatusChip } from '../../status/StatusChip';
import { LoadMore } from '../../table/LiveTable';
import { runsInWords } from './replayWords';

/** The runs that a replay made, in the order of their events, and how each stands. */
export function ReplayRuns({ replay }: { replay: ReplayView }) {
  const { id, state, runs = [] } = replay;
  const api = useApi(gitopsEventsApiRef);
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listReplayRuns', { params: { id }, query: page, signal }),
    [api, id],
  );
  const live = useLivePages({
    key: id,
    load,
    idOf: run => run.id,
    moving: shown =>
      state === 'running' || shown.some(run => run.state !== 'ended'),
  });
  const { items, refresh } = live;
  // What the replay says of its runs is news of them.
  const standing = runsInWords(runs);
  useEffect(refresh, [refresh, standing]);
  return (
    <Section
      title="Runs"
      end={
        runs.length > 0 && (
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            {standing}
          </Box>
        )
      }
    >
      {live.error !== undefined && !items && (
        <ErrorPanel
          title="The runs could not be loaded"
          error={live.error}
          onRetry={live.refresh}
        />
      )}
      {!items && live.error === undefined && <LoadingRows rows={2} />}
      {items?.length === 0 && (
        <EmptyState title={state === 'running' ? 'None so far' : 'No run'}>
          {state === 'running'
            ? 'Each event that fires makes a run, which appears here at once.'
            : 'None of these events fired.'}
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Box
          component="ul"
          aria-label="Runs"
          sx={{ ...boxStyle, m: 0, p: 0, listStyle: 'none' }}
        >
          {items.map(run => (
            <ReplayRun key={run.id} run={run} />
          ))}
        </Box>
      )}
      <LoadMore live={live} />
    </Section>
  );
}

function ReplayRun({ run }: { run: RunView }) {
  const { title, status, eventUid, redirectedFrom } = run;
  const to = useRouteRef(eventRouteRef)({ uid: eventUid });
  const from = redirectedFrom && targetInWords(redirectedFrom);
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 1,
        rowGap: 0.25,
        alignItems: 'center',
        px: 2,
        py: 1.25,
        '& + &': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <StatusChip status={status} />
      <TextLink to={to} sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
        {title}
      </TextLink>
      <Box
        sx={{
          flexBasis: '100%',
          color: 'text.secondary',
          fontSize: '0.8125rem',
          overflowWrap: 'anywhere',
        }}
      >
        {from && `Instead of ${from}. `}
        <Sentence>{status.sentence}</Sentence>
      </Box>
    </Box>
  );
}
