import { useApi } from '@backstage/core-plugin-api';
import {
  decisionOutcomes,
  type DecisionView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { ActionButton } from '../../feedback/ActionButton';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { FilterBar } from '../../filters/FilterBar';
import { FilterSelect } from '../../filters/FilterSelect';
import { useUrlFilters } from '../../filters/useUrlFilters';
import { useLivePages } from '../../live/useLivePages';
import { LoadMore } from '../../table/LiveTable';
import { Decisions } from '../Decisions';
import { outcomes } from '../outcomes';
import { saidInWords } from '../saidInWords';
import { useActivity } from '../useActivity';
import { DecisionSummary } from './DecisionSummary';

const names = ['outcome', 'code'] as const;
const outcomeChoices = ['notFired', ...decisionOutcomes] as const;
const idOf = (decision: DecisionView) =>
  `${decision.eventUid} ${decision.revision}`;
const options = outcomeChoices.map(value => ({
  value,
  label: value === 'notFired' ? 'Not fired' : outcomes[value].word,
}));

/** What a sensor said to each event, newest first; above it why most of them did not fire. */
export function SensorDecisions({ name }: { name: string }) {
  const { filters, setFilter, setFilters, clear, active } =
    useUrlFilters(names);
  const { code } = filters;
  const live = useDecisions(name, filters);
  const activity = useActivity(name, { hours: 24 });
  const { items, error } = live;
  const reasons = activity.value?.reasons ?? [];
  return (
    <>
      {activity.value && (
        <DecisionSummary
          activity={activity.value}
          chosen={filters}
          onChoose={setFilters}
        />
      )}
      <FilterBar connection={live.connection} active={active} onClear={clear}>
        <FilterSelect
          label="Outcome"
          all="All outcomes"
          value={filters.outcome}
          options={options}
          onChange={value => setFilter('outcome', value)}
        />
        <FilterSelect
          label="Reason"
          all="All reasons"
          value={code}
          options={reasons
            .filter(
              (reason, at) =>
                reasons.findIndex(one => one.code === reason.code) === at,
            )
            .map(reason => ({
              value: reason.code,
              label: saidInWords(reason.outcome, reason.code),
            }))}
          onChange={value => setFilter('code', value)}
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
      {items?.length === 0 && !live.hasMore && (
        <NoDecision filtered={active} onClear={clear} />
      )}
      {items?.length === 0 && live.hasMore && (
        <p>None among the newest 20,000 decisions; there are older ones.</p>
      )}
      {items && items.length > 0 && <Decisions decisions={items} />}
      <LoadMore live={live} />
    </>
  );
}

function useDecisions(
  name: string,
  filters: { outcome: string; code: string },
) {
  const api = useApi(gitopsEventsApiRef);
  const outcome = outcomeChoices.find(one => one === filters.outcome);
  const code = filters.code || undefined;
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listDecisions', {
        params: { name },
        query: { ...page, outcome, code },
        signal,
      }),
    [api, name, outcome, code],
  );
  return useLivePages<DecisionView>({
    key: `${name} ${outcome} ${code}`,
    load,
    idOf,
  });
}

function NoDecision(props: { filtered: boolean; onClear: () => void }) {
  if (props.filtered) {
    return (
      <EmptyState
        title="It said this to no event"
        action={
          <ActionButton variant="outlined" onClick={props.onClear}>
            Clear the filters
          </ActionButton>
        }
      >
        No event that is still on record got this answer. Take a filter away to
        see the others.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No event has come to it yet">
      Each event of the types and sources it listens to is listed here, with the
      reason for what happened. The tab Flow shows what these are.
    </EmptyState>
  );
}
