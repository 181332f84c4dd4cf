import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** Where the pages of this plugin are mounted. @public */
export const rootRouteRef = createRouteRef({ id: 'gitops-events' });

const below = <Path extends string>(name: string, path: Path) =>
  createSubRouteRef({
    id: `gitops-events/${name}`,
    parent: rootRouteRef,
    path,
  });

export const eventsRouteRef = below('events', '/events');
export const eventRouteRef = below('event', '/events/:uid');
export const sourcesRouteRef = below('sources', '/sources');
export const sensorsRouteRef = below('sensors', '/sensors');
export const sensorRouteRef = below('sensor', '/sensors/:name');
export const changesRouteRef = below('changes', '/changes');
export const changeRouteRef = below('change', '/changes/:id');
export const quarantineRouteRef = below('quarantine', '/quarantine');
export const refusedMessagesRouteRef = below(
  'refused-messages',
  '/quarantine/messages',
);
