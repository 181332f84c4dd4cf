import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { Navigate, Route, Routes, useParams } from 'react-router-dom';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { useLive } from '../live/useLive';
import { PageBody } from '../navigation/PageBody';
import { PageTitle } from '../navigation/PageTitle';
import { sensorRouteRef, sensorsRouteRef } from '../routes';
import { SensorBench } from './bench/SensorBench';
import { SensorDecisions } from './decisions/SensorDecisions';
import { SensorFlow } from './flow/SensorFlow';
import { SensorRevisions } from './revisions/SensorRevisions';
import { SensorHeader } from './SensorHeader';
import { SensorTabs } from './SensorTabs';
import { sensorTabs } from './sensorTabs';
import { SensorSource } from './source/SensorSource';

/** One rule: what it listens to and does, what it said to events and why. */
export function SensorPage() {
  const { name = '' } = useParams();
  return <SensorDetailView key={name} name={name} />;
}

function SensorDetailView({ name }: { name: string }) {
  const api = useApi(gitopsEventsApiRef);
  const sensors = useRouteRef(sensorsRouteRef)();
  const address = useRouteRef(sensorRouteRef)({ name });
  const { '*': below = '' } = useParams();
  const live = useLive({
    key: name,
    load: signal => api.call('getSensor', { params: { name }, signal }),
  });
  const sensor = live.value;
  if (!sensor) {
    return (
      <PageBody>
        {live.error === undefined ? (
          <LoadingRows />
        ) : (
          <>
            <PageTitle
              back={{ to: sensors, text: 'All sensors' }}
              title={name}
            />
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
  const tab = sensorTabs.find(({ path }) => path === below)?.path ?? '';
  return (
    <PageBody>
      <PageShortcuts />
      <SensorHeader sensor={sensor} onChanged={live.refresh} />
      <SensorTabs address={address} tab={tab}>
        <Routes>
          <Route index element={<SensorFlow sensor={sensor} />} />
          <Route
            path="decisions"
            element={<SensorDecisions name={sensor.name} />}
          />
          <Route path="test" element={<SensorBench sensor={sensor} />} />
          <Route path="source" element={<SensorSource sensor={sensor} />} />
          <Route
            path="revisions"
            element={<SensorRevisions sensor={sensor} />}
          />
          <Route path="*" element={<Navigate to={address} replace />} />
        </Routes>
      </SensorTabs>
    </PageBody>
  );
}
