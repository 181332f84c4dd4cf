import { convertLegacyRouteRef } from '@backstage/core-compat-api';
import {
  ApiBlueprint,
  createFrontendPlugin,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import PulseIcon from '@mui/icons-material/TimelineOutlined';
import { gitopsEventsApiFactory } from './api/gitopsEventsApi';
import { createRequestRouteRef } from './entity/RequestButton';
import { rootRouteRef } from './routes';

const api = ApiBlueprint.make({
  params: define => define(gitopsEventsApiFactory),
});

const page = PageBlueprint.make({
  params: {
    path: '/gitops-events',
    title: 'GitOps Events',
    icon: <PulseIcon />,
    routeRef: convertLegacyRouteRef(rootRouteRef),
  },
});

const subPage = (
  name: string,
  title: string,
  loader: () => Promise<JSX.Element>,
) => SubPageBlueprint.make({ name, params: { path: name, title, loader } });

const overview = subPage('overview', 'Overview', () =>
  import('./overview/OverviewPage').then(m => <m.OverviewPage />),
);
const events = subPage('events', 'Events', () =>
  import('./events/EventsRouter').then(m => <m.EventsRouter />),
);
const sources = subPage('sources', 'Sources', () =>
  import('./sources/SourcesPage').then(m => <m.SourcesPage />),
);
const sensors = subPage('sensors', 'Sensors', () =>
  import('./sensors/SensorsRouter').then(m => <m.SensorsRouter />),
);
const changes = subPage('changes', 'Changes', () =>
  import('./changes/ChangesRouter').then(m => <m.ChangesRouter />),
);
const quarantine = subPage('quarantine', 'Quarantine', () =>
  import('./quarantine/QuarantineRouter').then(m => <m.QuarantineRouter />),
);

// Kinds that change in Git; people, groups and places do not.
const kinds = {
  kind: { $in: ['component', 'system', 'api', 'resource', 'domain'] },
};

const entityTimeline = EntityContentBlueprint.make({
  name: 'timeline',
  params: {
    path: '/timeline',
    title: 'Timeline',
    filter: kinds,
    loader: () =>
      import('./entity/EntityTimeline').then(m => <m.EntityTimeline />),
  },
});

const entityCard = EntityCardBlueprint.make({
  name: 'timeline',
  params: {
    type: 'content',
    filter: kinds,
    loader: () =>
      import('./entity/EntityTimelineCard').then(m => <m.EntityTimelineCard />),
  },
});

/**
 * The plugin for the new frontend system.
 *
 * @public
 */
export const gitopsEventsPlugin = createFrontendPlugin({
  pluginId: 'gitops-events',
  title: 'GitOps Events',
  icon: <PulseIcon />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: convertLegacyRouteRef(rootRouteRef) },
  externalRoutes: {
    createRequest: convertLegacyRouteRef(createRequestRouteRef),
  },
  extensions: [
    api,
    page,
    overview,
    events,
    sources,
    sensors,
    changes,
    quarantine,
    entityTimeline,
    entityCard,
  ],
});
