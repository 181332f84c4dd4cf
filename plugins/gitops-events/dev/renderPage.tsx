import { identityApiRef } from '@backstage/core-plugin-api';
import {
  permissionApiRef,
  type PermissionApi,
} from '@backstage/plugin-permission-react';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import type { ReactElement } from 'react';
import { Route, Routes } from 'react-router-dom';
import { SWRConfig } from 'swr';
import {
  gitopsEventsApiRef,
  type GitopsEventsApi,
} from '../src/api/gitopsEventsApi';
import { createRequestRouteRef } from '../src/entity/RequestButton';
import { rootRouteRef } from '../src/routes';

type Answer = Awaited<ReturnType<PermissionApi['authorize']>>;

const denyAll: PermissionApi = {
  authorize: async () => ({ result: 'DENY' }) as Answer,
};

/**
 * Renders a page of ours at an address, over the given API. Signals cannot be had, so it polls.
 * Backstage remembers permissions in SWR's cache; each page has its own, so that no reader has those of another.
 */
export function renderPage(options: {
  api: GitopsEventsApi;
  page: ReactElement;
  at: string;
  path?: string;
  /** The reader may look, and do nothing. */
  denied?: boolean;
}) {
  const { api, page, at, path = '*', denied = false } = options;
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [gitopsEventsApiRef, api],
        [
          identityApiRef,
          mockApis.identity({ userEntityRef: 'user:default/pia' }),
        ],
        [permissionApiRef, denied ? denyAll : mockApis.permission()],
      ]}
    >
      <SWRConfig value={{ provider: () => new Map() }}>
        <Routes>
          <Route path={path} element={page} />
        </Routes>
      </SWRConfig>
    </TestApiProvider>,
    {
      routeEntries: [at],
      mountedRoutes: {
        '/gitops-events': rootRouteRef,
        '/create': createRequestRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
    },
  );
}
