import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { SensorView } from '@gitops-events/plugin-gitops-events-common';
import { useCallback } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { EmptyState } from '../feedback/EmptyState';
import { FilterBar } from '../filters/FilterBar';
import { SearchField } from '../filters/SearchField';
import { useUrlFilters } from '../filters/useUrlFilters';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLivePages } from '../live/useLivePages';
import { EntityLink } from '../navigation/EntityLink';
import { PageBody } from '../navigation/PageBody';
import { UnreadableLocations } from '../overview/UnreadableLocations';
import { sensorRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import type { Column } from '../table/DataTable';
import { LiveTable } from '../table/LiveTable';
import { modeWords, sensorStatus } from './sensorStatus';

const names = ['q'] as const;
const nameOf = (sensor: SensorView) => sensor.name;

const columns: Column<SensorView>[] = [
  {
    header: 'Sensor',
    width: '29%',
    cell: sensor => (
      <>
        {sensor.title}
        <Box
          component="span"
          sx={{
            display: 'block',
            fontWeight: 400,
            fontSize: '0.8125rem',
            color: 'text.secondary',
          }}
        >
          {sensor.description ??
            (sensor.name === sensor.title ? undefined : sensor.name)}
        </Box>
      </>
    ),
  },
  {
    header: 'State',
    width: '12%',
    cell: sensor => <StatusChip status={sensorStatus(sensor)} />,
  },
  { header: 'Mode', width: '13%', cell: sensor => modeWords[sensor.mode] },
  {
    header: 'Owner',
    width: '10%',
    cell: sensor => <EntityLink entityRef={sensor.owner} />,
  },
  { header: 'Fired', align: 'right', cell: sensor => sensor.counts.fired },
  {
    header: 'Not matched',
    align: 'right',
    wideOnly: true,
    cell: sensor => sensor.counts.notMatched,
  },
  {
    header: 'Suppressed',
    align: 'right',
    wideOnly: true,
    cell: sensor => sensor.counts.suppressed,
  },
  { header: 'Held', align: 'right', cell: sensor => sensor.counts.held },
];

/** The rules, and how they are doing. */
export function SensorsPage() {
  const api = useApi(gitopsEventsApiRef);
  const sensorRoute = useRouteRef(sensorRouteRef);
  const { filters, setFilter, clear, active } = useUrlFilters(names);
  const { q } = filters;
  const load = useCallback(
    (page: { cursor?: string; limit: number }, signal?: AbortSignal) =>
      api.call('listSensors', {
        query: { ...page, text: q || undefined },
        signal,
      }),
    [api, q],
  );
  const live = useLivePages<SensorView>({ key: q, load, idOf: nameOf });
  const search = useCallback(
    (text: string) => setFilter('q', text, 'typing'),
    [setFilter],
  );
  return (
    <PageBody>
      <PageShortcuts />
      <FilterBar connection={live.connection} active={active} onClear={clear}>
        <SearchField label="Search sensors" value={q} onChange={search} />
      </FilterBar>
      <UnreadableLocations />
      <LiveTable
        label="Sensors"
        live={live}
        columns={columns}
        idOf={nameOf}
        linkOf={sensor => sensorRoute({ name: sensor.name })}
        filtered={active}
        onClearFilters={clear}
        empty={
          <EmptyState
            title="No sensor is loaded"
            command={
              'gitopsEvents:\n  sensors:\n    locations:\n      - folder: ./sensors'
            }
          >
            A sensor says which events lead to which changes. It is a YAML
            document in Git. Name the folders that hold yours in{' '}
            <code>app-config.yaml</code>:
          </EmptyState>
        }
      />
    </PageBody>
  );
}
