import {
  stopInWords,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { fail, type Handler } from './answers';
import { exampleId } from './story';
import type { View } from './view';

/** Stops, kept in the world, and the record of decisions. */
export function createStopHandlers({
  world,
  now,
}: View): Partial<Record<RouteName, Handler>> {
  return {
    getAudit: () => ({
      repository: '.data/repositories/gitops-events-audit.git',
      ref: 'refs/gitops-events/audit',
      last: {
        anchor: 128,
        commit: exampleId('anchor').padEnd(40, '7'),
        at: new Date(now() - 20_000).toISOString(),
      },
      streams: [{ stream: 'runs', number: 4_213, digest: 'd'.repeat(64) }],
    }),
    listStops: ({ query }) => ({
      items: query.lifted === 'true' ? world.liftedStops : world.stops,
    }),
    setStop: ({ body }) => {
      const { scope, reason } = body as Required<typeof body>;
      const same = world.stops.find(
        stop => stopInWords(stop.scope) === stopInWords(scope),
      );
      if (same) {
        fail(
          409,
          `${stopInWords(scope)} is stopped already, by ${same.by}: ${same.reason}`,
        );
      }
      const stop = {
        id: exampleId(`stop ${now()}`),
        scope,
        reason,
        by: 'user:default/pia',
        at: new Date(now()).toISOString(),
        version: 1,
      };
      world.stops.unshift(stop);
      return stop;
    },
    liftStop: ({ params, body }) => {
      const at = world.stops.findIndex(({ id }) => id === params.id);
      if (at < 0) fail(409, 'user:default/ana lifted it meanwhile.');
      const [stop] = world.stops.splice(at, 1);
      const lifted = {
        ...stop,
        lifted: {
          by: 'user:default/pia',
          at: new Date(now()).toISOString(),
          comment: body.comment!,
        },
      };
      world.liftedStops.unshift(lifted);
      return lifted;
    },
  };
}
