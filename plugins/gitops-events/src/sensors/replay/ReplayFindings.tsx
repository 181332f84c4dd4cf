import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  replayDifferences,
  type ReplayView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { FilterSelect } from '../../filters/FilterSelect';
import { useUrlFilters } from '../../filters/useUrlFilters';
import { useLivePages } from '../../live/useLivePages';
import { Section } from '../../navigation/Section';
import { LoadMore } from '../../table/LiveTable';
import { ReplayedEvent } from './ReplayedEvent';
import { differences } from './replayWords';

const names = ['difference'] as const;

/** The events that are decided otherwise, in the order in which they came. */
export function ReplayFindings({ replay }: { replay: ReplayView }) {
  const { id, state, progress } = replay;
  const api = useApi(gitopsEventsApiRef);
  const { filters, setFilter } = useUrlFilters(names);
  const known = replayDifferences.find(one => one === filters.difference);
  const key = JSON.stringify([id, known]);
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listReplayFindings', {
        params: { id },
        query: { ...page, difference: known },
        signal,
      }),
    // The key stands for what is asked.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [api, key],
  );
  const live = useLivePages({
    key,
    load,
    idOf: ({ eventUid }) => eventUid,
    moving: () => state === 'running',
  });
  const found = progress.firesNow + progress.noLongerFires + progress.other;
  const { items } = live;
  return (
    <Section
      title="What is different"
      end={
        found > 0 && (
          <FilterSelect
            label="Difference"
            all="All differences"
            value={filters.difference}
            options={replayDifferences.map(value => ({
              value,
              label: `${differences[value].word} (${progress[value]})`,
            }))}
            onChange={value => setFilter('difference', value)}
          />
        )
      }
    >
      {live.error !== undefined && !items && (
        <ErrorPanel
          title="The differences could not be loaded"
          error={live.error}
          onRetry={live.refresh}
        />
      )}
      {!items && live.error === undefined && <LoadingRows rows={2} />}
      {items?.length === 0 && <Nothing replay={replay} filtered={!!known} />}
      {items && items.length > 0 && (
        <Box
          component="ul"
          aria-label="Differences"
          sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}
        >
          {items.map(finding => (
            <ReplayedEvent key={finding.eventUid} finding={finding} />
          ))}
        </Box>
      )}
      <LoadMore live={live} />
    </Section>
  );
}

function Nothing(props: { replay: ReplayView; filtered: boolean }) {
  const { replay, filtered } = props;
  if (filtered) {
    return (
      <EmptyState title="No event differs like that">
        Choose another difference, or all of them.
      </EmptyState>
    );
  }
  if (replay.state === 'running') {
    return (
      <EmptyState title="Nothing so far">
        An event that is decided otherwise than it was then appears here at
        once.
      </EmptyState>
    );
  }
  return replay.progress.decided === 0 ? (
    <EmptyState title="No event of that time is for this rule">
      Choose a longer time, or look at what the rule listens to.
    </EmptyState>
  ) : (
    <EmptyState title="Everything as it was">
      Each event it came to is decided as it was then, and the runs would write
      the same.
    </EmptyState>
  );
}
