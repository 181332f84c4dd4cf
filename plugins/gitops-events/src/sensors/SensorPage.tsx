import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { useParams } from 'react-router-dom';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { useUrlFilters } from '../filters/useUrlFilters';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLive } from '../live/useLive';
import { EntityLink } from '../navigation/EntityLink';
import { PageBody } from '../navigation/PageBody';
import { PageTitle } from '../navigation/PageTitle';
import { sensorsRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { PauseButton } from './PauseButton';
import { SensorDecisions } from './SensorDecisions';
import { SensorFlow } from './SensorFlow';
import { SensorRevisions } from './SensorRevisions';
import { SensorSource } from './SensorSource';
import { sensorStatus } from './sensorStatus';

const names = ['tab'] as const;
const tabs = [
  { id: 'flow', title: 'Flow' },
  { id: 'decisions', title: 'Decisions' },
  { id: 'source', title: 'Source' },
  { id: 'revisions', title: 'Revisions' },
] as const;

/** One rule: what it listens to and does, what it said to events and why. */
export function SensorPage() {
  const { name = '' } = useParams();
  return <SensorDetailView key={name} name={name} />;
}

function SensorDetailView({ name }: { name: string }) {
  const api = useApi(gitopsEventsApiRef);
  const sensors = useRouteRef(sensorsRouteRef)();
  const live = useLive({
    key: name,
    load: signal => api.call('getSensor', { params: { name }, signal }),
  });
  const back = { to: sensors, text: 'All sensors' };
  const sensor = live.value;
  if (!sensor) {
    return (
      <PageBody>
        {live.error === undefined ? (
          <LoadingRows />
        ) : (
          <>
            <PageTitle back={back} title={name} />
            <ErrorPanel
              title="The sensor could not be loaded"
              error={live.error}
              onRetry={live.refresh}
            />
          </>
        )}
      </PageBody>
    );
  }
  const status = sensorStatus(sensor);
  return (
    <PageBody>
      <PageShortcuts />
      <PageTitle
        back={back}
        title={sensor.title}
        chip={<StatusChip status={status} />}
        subtitle={
          <>
            {sensor.description && <div>{sensor.description}</div>}
            <div>
              {status.sentence} Owned by <EntityLink entityRef={sensor.owner} />
              {sensor.revision !== undefined && `, revision ${sensor.revision}`}
              .
            </div>
          </>
        }
        actions={
          sensor.revision !== undefined && (
            <PauseButton sensor={sensor} onChanged={live.refresh} />
          )
        }
      />
      <SensorTabs sensor={sensor} />
    </PageBody>
  );
}

function SensorTabs({ sensor }: { sensor: SensorDetail }) {
  const { filters, setFilter } = useUrlFilters(names);
  const tab = tabs.find(({ id }) => id === filters.tab)?.id ?? 'flow';
  return (
    <>
      <Tabs
        value={tab}
        onChange={(_, id) => setFilter('tab', id === 'flow' ? '' : id)}
        aria-label="About this sensor"
        variant="scrollable"
        sx={{ mb: 2, borderBottom: 1, borderColor: 'divider', minHeight: 40 }}
      >
        {tabs.map(({ id, title }) => (
          <Tab
            key={id}
            value={id}
            label={title}
            id={`sensor-tab-${id}`}
            aria-controls="sensor-panel"
            sx={{
              textTransform: 'none',
              letterSpacing: 0,
              minHeight: 40,
              minWidth: 0,
              px: 1.5,
              py: 1,
              color: 'text.secondary',
              '&[aria-selected=true]': { color: 'text.primary' },
            }}
          />
        ))}
      </Tabs>
      <div
        role="tabpanel"
        id="sensor-panel"
        aria-labelledby={`sensor-tab-${tab}`}
      >
        {tab === 'flow' && <SensorFlow sensor={sensor} />}
        {tab === 'decisions' && <SensorDecisions name={sensor.name} />}
        {tab === 'source' && <SensorSource sensor={sensor} />}
        {tab === 'revisions' && <SensorRevisions sensor={sensor} />}
      </div>
    </>
  );
}
