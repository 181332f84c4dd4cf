import { useApi } from '@backstage/core-plugin-api';
import {
  decisionOutcomes,
  type DecisionView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { EmptyState } from '../feedback/EmptyState';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { FilterBar } from '../filters/FilterBar';
import { FilterSelect } from '../filters/FilterSelect';
import { useUrlFilters } from '../filters/useUrlFilters';
import { useLivePages } from '../live/useLivePages';
import { LoadMore } from '../table/LiveTable';
import { Decisions } from './Decisions';
import { outcomes } from './outcomes';

const names = ['outcome'] as const;
const idOf = (decision: DecisionView) =>
  `${decision.eventUid} ${decision.revision}`;
const options = decisionOutcomes.map(value => ({
  value,
  label: outcomes[value].word,
}));

/** What a sensor said to each event, newest first. */
export function SensorDecisions({ name }: { name: string }) {
  const api = useApi(gitopsEventsApiRef);
  const { filters, setFilter, clear, active } = useUrlFilters(names);
  const outcome = decisionOutcomes.find(one => one === filters.outcome);
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listDecisions', {
        params: { name },
        query: { ...page, outcome },
        signal,
      }),
    [api, name, outcome],
  );
  const live = useLivePages<DecisionView>({
    key: `${name} ${outcome}`,
    load,
    idOf,
  });
  const { items, error } = live;
  return (
    <>
      <FilterBar connection={live.connection} active={active} onClear={clear}>
        <FilterSelect
          label="Outcome"
          all="All outcomes"
          value={filters.outcome}
          options={options}
          onChange={value => setFilter('outcome', value)}
        />
      </FilterBar>
      {error !== undefined && (!items || live.connection === 'live') && (
        <ErrorPanel
          title="The decisions could not be loaded"
          error={error}
          onRetry={live.refresh}
        />
      )}
      {!items && error === undefined && <LoadingRows />}
      {items?.length === 0 && (
        <EmptyState title="No decision to show">
          {active
            ? 'It said this to no event that is still on record.'
            : 'No event of its types and sources has arrived since it was loaded. Each one that does is listed here with the reason for what happened.'}
        </EmptyState>
      )}
      {items && items.length > 0 && <Decisions decisions={items} />}
      <LoadMore live={live} />
    </>
  );
}
