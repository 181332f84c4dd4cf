import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import {
  repositoryInWords,
  type ChangeView,
} from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { RequestButton } from '../entity/RequestButton';
import { EmptyState } from '../feedback/EmptyState';
import { FilterBar } from '../filters/FilterBar';
import { FilterSelect } from '../filters/FilterSelect';
import { SearchField } from '../filters/SearchField';
import { useUrlFilters } from '../filters/useUrlFilters';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLivePages } from '../live/useLivePages';
import { EntityLink } from '../navigation/EntityLink';
import { PageBody } from '../navigation/PageBody';
import { changeRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import type { Column } from '../table/DataTable';
import { LiveTable } from '../table/LiveTable';
import { RelativeTime } from '../time/RelativeTime';
import { LineCounts } from './LineCounts';
import { isChangeMoving } from './changeProgress';

const names = ['q', 'state'] as const;
const idOf = (change: ChangeView) => change.id;

const states = [
  { value: 'open', label: 'Open' },
  { value: 'waiting', label: 'Waiting for a person' },
  { value: 'ended', label: 'Ended' },
] as const;

const columns: Column<ChangeView>[] = [
  { header: 'Change', cell: change => change.title, width: '25%' },
  {
    header: 'State',
    width: '29%',
    cell: change => <StatusChip status={change.status} sentence />,
  },
  {
    header: 'Repository',
    width: '13%',
    cell: change =>
      `${repositoryInWords(change.repository)}${change.pullRequest ? ` #${change.pullRequest.number}` : ''}`,
  },
  {
    header: 'Entity',
    wideOnly: true,
    cell: change =>
      change.entityRef ? <EntityLink entityRef={change.entityRef} /> : '–',
  },
  {
    header: 'Files',
    width: '5%',
    align: 'right',
    wideOnly: true,
    cell: change => change.files,
  },
  {
    header: 'Lines',
    width: '9%',
    align: 'right',
    cell: change => <LineCounts {...change} />,
  },
  {
    header: 'Opened',
    width: '10%',
    align: 'right',
    cell: change => <RelativeTime at={change.createdAt} />,
  },
];

/** What was written to Git, or wants to be. */
export function ChangesPage() {
  const api = useApi(gitopsEventsApiRef);
  const changeRoute = useRouteRef(changeRouteRef);
  const { filters, setFilter, clear, active } = useUrlFilters(names);
  const { q } = filters;
  const state = states.find(({ value }) => value === filters.state)?.value;
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listChanges', {
        query: { ...page, text: q || undefined, state },
        signal,
      }),
    [api, q, state],
  );
  const live = useLivePages<ChangeView>({
    key: JSON.stringify([q, state]),
    load,
    idOf,
    moving: changes => changes.some(isChangeMoving),
  });
  const search = useCallback(
    (text: string) => setFilter('q', text, 'typing'),
    [setFilter],
  );
  return (
    <PageBody>
      <PageShortcuts />
      <FilterBar connection={live.connection} active={active} onClear={clear}>
        <SearchField label="Search changes" value={q} onChange={search} />
        <FilterSelect
          label="State"
          all="All states"
          value={filters.state}
          options={states}
          onChange={value => setFilter('state', value)}
        />
      </FilterBar>
      <LiveTable
        label="Changes"
        live={live}
        columns={columns}
        idOf={idOf}
        linkOf={change => changeRoute({ id: change.id })}
        filtered={active}
        onClearFilters={clear}
        empty={
          <EmptyState title="No change yet" action={<RequestButton />}>
            When a sensor fires, what it wants to write becomes a change: one
            commit with one pull request, judged by policy. It is listed here
            and can be read, approved and merged.
          </EmptyState>
        }
      />
    </PageBody>
  );
}
