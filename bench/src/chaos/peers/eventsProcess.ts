import {
  createBackendPlugin,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { whenTold } from '../replica';
import { work } from './effects';
import { eventsBackend, TOPIC } from './eventsBackend';

/** Every backend has it: the part of Backstage's `EventsService` that is used here. */
const eventsService = createServiceRef<{
  subscribe(options: {
    id: string;
    topics: string[];
    onEvent(event: { eventPayload: unknown }): Promise<void>;
  }): Promise<void>;
}>({ id: 'events.service', scope: 'plugin' });

/** Another Backstage on the same database, with the subscriber. */
whenTold(async start => {
  const subscriber = createBackendPlugin({
    pluginId: 'chaos',
    register(env) {
      env.registerInit({
        deps: { events: eventsService },
        async init({ events }) {
          await events.subscribe({
            ...{ id: 'effects', topics: [TOPIC] },
            onEvent: ({ eventPayload }) =>
              work(start.folder, (eventPayload as { id: string }).id),
          });
        },
      });
    },
  });
  await eventsBackend(start, [subscriber]);
  return { url: '', headers: {} };
});
