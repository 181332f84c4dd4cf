import { Content, Header, HeaderTabs, Page } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import {
  Navigate,
  Route,
  Routes,
  useLocation,
  useNavigate,
} from 'react-router-dom';
import { ChangesRouter } from '../changes/ChangesRouter';
import { EventsRouter } from '../events/EventsRouter';
import { OverviewPage } from '../overview/OverviewPage';
import { QuarantineRouter } from '../quarantine/QuarantineRouter';
import { rootRouteRef } from '../routes';
import { SensorsRouter } from '../sensors/SensorsRouter';
import { SourcesPage } from '../sources/SourcesPage';

const tabs = [
  { id: 'overview', label: 'Overview', element: <OverviewPage /> },
  { id: 'events', label: 'Events', element: <EventsRouter /> },
  { id: 'sources', label: 'Sources', element: <SourcesPage /> },
  { id: 'sensors', label: 'Sensors', element: <SensorsRouter /> },
  { id: 'changes', label: 'Changes', element: <ChangesRouter /> },
  { id: 'quarantine', label: 'Quarantine', element: <QuarantineRouter /> },
];

/** The pages below the header and tabs of the old frontend system. */
export function TabbedPages() {
  const root = useRouteRef(rootRouteRef)();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const selected = tabs.findIndex(({ id }) =>
    `${pathname}/`.startsWith(`${root}/${id}/`),
  );
  return (
    <Page themeId="tool">
      <Header title="GitOps Events" />
      <HeaderTabs
        tabs={tabs.map(({ id, label }) => ({ id, label }))}
        selectedIndex={Math.max(0, selected)}
        onChange={index => navigate(`${root}/${tabs[index].id}`)}
      />
      <Content>
        <Routes>
          {tabs.map(({ id, element }) => (
            <Route key={id} path={`${id}/*`} element={element} />
          ))}
          <Route path="*" element={<Navigate to="overview" replace />} />
        </Routes>
      </Content>
    </Page>
  );
}
