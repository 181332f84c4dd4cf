import { ActionButton } from '../feedback/ActionButton';
import Box from '@mui/material/Box';
import { useApi } from '@backstage/core-plugin-api';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, type ReactNode } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { EmptyState } from '../feedback/EmptyState';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { FilterBar } from '../filters/FilterBar';
import { FilterSelect } from '../filters/FilterSelect';
import { SearchField } from '../filters/SearchField';
import { useUrlFilters } from '../filters/useUrlFilters';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLivePages } from '../live/useLivePages';
import { LoadMore } from '../table/LiveTable';
import { isMoving } from './groupProgress';
import { LatencyHeader } from './LatencyHeader';
import { periods, sinceOf, states, type State } from './timelineFilters';
import { TimelineList } from './TimelineList';

const names = ['q', 'source', 'state', 'period'] as const;
const uidOf = (group: TimelineGroup) => group.eventUid;

/** Timelines with their filters, live: of an entity, or of everything one may see. */
export function Timeline(props: { entityRef?: string; empty: ReactNode }) {
  const { entityRef, empty } = props;
  const api = useApi(gitopsEventsApiRef);
  const { filters, setFilter, clear, active } = useUrlFilters(names);
  const { q, source, state, period } = filters;

  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listTimeline', {
        query: {
          ...page,
          entityRef,
          text: q || undefined,
          source: source || undefined,
          state: (state || undefined) as State | undefined,
          since: sinceOf(period, Date.now()),
        },
        signal,
      }),
    [api, entityRef, q, source, state, period],
  );
  const live = useLivePages<TimelineGroup>({
    key: JSON.stringify([entityRef, q, source, state, period]),
    load,
    idOf: uidOf,
    moving: groups => groups.some(group => isMoving(group)),
  });
  const { items, error, refresh } = live;
  const search = useCallback(
    (text: string) => setFilter('q', text, 'typing'),
    [setFilter],
  );
  const sources = [...new Set(items?.map(group => group.eventSource))].sort();

  return (
    <>
      <PageShortcuts />
      <FilterBar
        connection={live.connection}
        active={active}
        onClear={clear}
        end={items && <LatencyHeader groups={items} />}
      >
        <SearchField label="Search events" value={q} onChange={search} />
        <FilterSelect
          label="Source"
          all="All sources"
          value={source}
          options={sources.map(value => ({ value, label: value }))}
          onChange={value => setFilter('source', value)}
        />
        <FilterSelect
          label="State"
          all="All states"
          value={state}
          options={states}
          onChange={value => setFilter('state', value)}
        />
        <FilterSelect
          label="Period"
          all="Any time"
          value={period}
          options={periods}
          onChange={value => setFilter('period', value)}
        />
      </FilterBar>
      {error !== undefined && (!items || live.connection === 'live') && (
        <ErrorPanel
          title="The timeline could not be loaded"
          error={error}
          onRetry={refresh}
        />
      )}
      {!items && error === undefined && <LoadingRows />}
      {items?.length === 0 &&
        (active ? (
          <EmptyState
            title="Nothing matches these filters"
            action={
              <ActionButton variant="outlined" onClick={clear}>
                Clear the filters
              </ActionButton>
            }
          >
            Widen the period, or search for a part of the title, the type or the
            subject.
          </EmptyState>
        ) : (
          empty
        ))}
      {items && items.length > 0 && (
        <Box sx={{ opacity: live.stale ? 0.6 : 1 }} aria-busy={live.stale}>
          <TimelineList groups={items} onChanged={refresh} />
        </Box>
      )}
      <LoadMore live={live} />
    </>
  );
}
