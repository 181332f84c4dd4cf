import { convertLegacyRouteRef } from '@backstage/core-compat-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import plugin from '../src';
import { gitopsEventsApiRef } from '../src/api/gitopsEventsApi';
import { exampleBroker } from './bus';
import { ExampleEntityPage } from './ExampleEntityPage';
import { startLiveRequests } from './liveRequests';
import { createMemoryApi } from './memoryApi';
import { createWorld } from './world';

// `?quiet` shows the pages without a request coming in; `?signals=off` as they are when signals cannot be had;
// `?bus=kafka` with a broker that has troubles; `?sources=none` without event sources.
const flags = new URLSearchParams(window.location.search);
const listeners = new Set<(message: { at: number }) => void>();
const nudge = () => listeners.forEach(listener => listener({ at: Date.now() }));
const world = createWorld(Date.now());

if (flags.get('bus') === 'kafka') world.bus = exampleBroker(Date.now());
if (flags.get('sources') === 'none') {
  Object.assign(world, { sources: [], refused: [] });
}
if (!flags.has('quiet')) {
  startLiveRequests({ world, nudge, everyMs: 15_000 });
}

const signals = createFrontendPlugin({
  pluginId: 'signals',
  extensions: [
    ApiBlueprint.make({
      params: define =>
        define({
          api: signalApiRef,
          deps: {},
          factory: () => ({
            subscribe: (
              _channel: string,
              onMessage: (message: any) => void,
            ) => {
              listeners.add(onMessage);
              return { unsubscribe: () => listeners.delete(onMessage) };
            },
          }),
        }),
    }),
  ],
});

const memory = createFrontendModule({
  pluginId: 'gitops-events',
  extensions: [
    ApiBlueprint.make({
      params: define =>
        define({
          api: gitopsEventsApiRef,
          deps: {},
          factory: () => createMemoryApi({ world, changed: nudge }),
        }),
    }),
  ],
});

const catalog = createFrontendPlugin({
  pluginId: 'catalog',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/catalog',
        title: 'Catalog',
        routeRef: convertLegacyRouteRef(entityRouteRef),
        loader: async () => <ExampleEntityPage />,
      },
    }),
  ],
});

createDevApp({
  features: [
    plugin,
    memory,
    catalog,
    ...(flags.get('signals') === 'off' ? [] : [signals]),
  ],
});
