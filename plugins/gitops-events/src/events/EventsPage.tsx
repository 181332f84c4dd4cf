import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import type { EventView } from '@gitops-events/plugin-gitops-events-common';
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
import { eventRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import type { Column } from '../table/DataTable';
import { LiveTable } from '../table/LiveTable';
import { RelativeTime } from '../time/RelativeTime';
import { publishCommand } from './publishCommand';

const names = ['q', 'source', 'type'] as const;
const uidOf = (event: EventView) => event.uid;

const columns: Column<EventView>[] = [
  { header: 'Event', cell: event => event.title, width: '28%' },
  {
    header: 'State',
    cell: event => <StatusChip status={event.summary} />,
    width: '14%',
  },
  {
    header: 'Type',
    width: '23%',
    cell: event => event.type,
    wideOnly: true,
  },
  { header: 'Source', cell: event => event.source },
  {
    header: 'Entity',
    width: '11%',
    cell: event =>
      event.entityRef ? <EntityLink entityRef={event.entityRef} /> : '–',
  },
  {
    header: 'Accepted',
    width: '9%',
    cell: event => <RelativeTime at={event.acceptedAt} />,
    align: 'right',
  },
];

/** Everything that was accepted, newest first. */
export function EventsPage() {
  const api = useApi(gitopsEventsApiRef);
  const eventRoute = useRouteRef(eventRouteRef);
  const { filters, setFilter, clear, active } = useUrlFilters(names);
  const { q, source, type } = filters;
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listEvents', {
        query: {
          ...page,
          text: q || undefined,
          source: source || undefined,
          type: type || undefined,
        },
        signal,
      }),
    [api, q, source, type],
  );
  const live = useLivePages<EventView>({
    key: JSON.stringify([q, source, type]),
    load,
    idOf: uidOf,
  });
  const search = useCallback(
    (text: string) => setFilter('q', text, 'typing'),
    [setFilter],
  );
  const choices = (values: string[] = []) =>
    [...new Set(values)].sort().map(value => ({ value, label: value }));

  return (
    <PageBody>
      <PageShortcuts />
      <FilterBar connection={live.connection} active={active} onClear={clear}>
        <SearchField label="Search events" value={q} onChange={search} />
        <FilterSelect
          label="Source"
          all="All sources"
          value={source}
          options={choices(live.items?.map(event => event.source))}
          onChange={value => setFilter('source', value)}
        />
        <FilterSelect
          label="Type"
          all="All types"
          value={type}
          options={choices(live.items?.map(event => event.type))}
          onChange={value => setFilter('type', value)}
        />
      </FilterBar>
      <LiveTable
        label="Events"
        live={live}
        columns={columns}
        idOf={uidOf}
        linkOf={event => eventRoute({ uid: event.uid })}
        filtered={active}
        onClearFilters={clear}
        empty={
          <EmptyState
            title="No event has arrived yet"
            action={<RequestButton />}
            command={publishCommand}
          >
            Forms, webhooks and the API bring events; each is stored before it
            is acknowledged and then listed here. Fill in a form, or send one
            yourself:
          </EmptyState>
        }
      />
    </PageBody>
  );
}
