import type { ReactElement } from 'react';
/**
 * The same pages for apps on the old frontend system.
 *
 * @packageDocumentation
 */
import {
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
} from '@backstage/core-plugin-api';
import { gitopsEventsApiFactory } from './api/gitopsEventsApi';
import { createRequestRouteRef } from './entity/RequestButton';
import { rootRouteRef } from './routes';

/** @public */
export const gitopsEventsPlugin = createPlugin({
  id: 'gitops-events',
  apis: [gitopsEventsApiFactory],
  routes: { root: rootRouteRef },
  externalRoutes: { createRequest: createRequestRouteRef },
});

/**
 * The page with its tabs: `<Route path="/gitops-events" element={<GitopsEventsPage />} />`.
 *
 * @public
 */
export const GitopsEventsPage: () => ReactElement | null =
  gitopsEventsPlugin.provide(
    createRoutableExtension({
      name: 'GitopsEventsPage',
      mountPoint: rootRouteRef,
      component: () =>
        import('./navigation/TabbedPages').then(m => m.TabbedPages),
    }),
  );

/**
 * Content of the tab *Timeline* of an entity page: an `EntityLayout.Route` at `/timeline`.
 *
 * @public
 */
export const EntityTimelineContent: () => ReactElement | null =
  gitopsEventsPlugin.provide(
    createComponentExtension({
      name: 'EntityTimelineContent',
      component: {
        lazy: () =>
          import('./entity/EntityTimeline').then(m => m.EntityTimeline),
      },
    }),
  );

/**
 * Card with an entity's last three events.
 *
 * @public
 */
export const EntityTimelineCard: () => ReactElement | null =
  gitopsEventsPlugin.provide(
    createComponentExtension({
      name: 'EntityTimelineCard',
      component: {
        lazy: () =>
          import('./entity/EntityTimelineCard').then(m => m.EntityTimelineCard),
      },
    }),
  );
