import { createApp } from '@backstage/app-defaults';
import { AppRouter, FlatRoutes } from '@backstage/core-app-api';
import {
  AlertDisplay,
  OAuthRequestDialog,
  SignInPage,
} from '@backstage/core-components';
import {
  CatalogEntityPage,
  CatalogIndexPage,
  EntityLayout,
} from '@backstage/plugin-catalog';
import {
  EntityTimelineCard,
  EntityTimelineContent,
  GitopsEventsPage,
} from '@gitops-events/plugin-gitops-events/legacy';
import { Navigate, Route } from 'react-router-dom';

const app = createApp({
  components: {
    SignInPage: props => <SignInPage {...props} auto providers={['guest']} />,
  },
});

const entityPage = (
  <EntityLayout>
    <EntityLayout.Route path="/" title="Overview">
      <EntityTimelineCard />
    </EntityLayout.Route>
    <EntityLayout.Route path="/timeline" title="Timeline">
      <EntityTimelineContent />
    </EntityLayout.Route>
  </EntityLayout>
);

export default app.createRoot(
  <>
    <AlertDisplay />
    <OAuthRequestDialog />
    <AppRouter>
      <FlatRoutes>
        <Route path="/" element={<Navigate to="catalog" />} />
        <Route path="/catalog" element={<CatalogIndexPage />} />
        <Route
          path="/catalog/:namespace/:kind/:name"
          element={<CatalogEntityPage />}
        >
          {entityPage}
        </Route>
        <Route path="/gitops-events" element={<GitopsEventsPage />} />
      </FlatRoutes>
    </AppRouter>
  </>,
);
