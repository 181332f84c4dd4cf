import type { RouteName } from '@gitops-events/plugin-gitops-events-common';
import { fail, type Handler } from './answers';
import type { View } from './view';

/** A bus with a broker, where the world has one. */
export function createBusHandlers({
  world,
}: View): Partial<Record<RouteName, Handler>> {
  return {
    letIntakeGoOn: ({ params }) => {
      const intake = world.bus.intakes?.find(
        ({ partition }) => partition === params.partition,
      );
      if (!intake?.stopped) return fail(409, 'It goes on already.');
      delete intake.stopped;
      intake.version += 1;
      return intake;
    },
    letIntakeGo: ({ params }) => {
      const { intakes = [] } = world.bus;
      const partition = params.partition!;
      if (!intakes.some(one => one.partition === partition && one.retired)) {
        return fail(409, 'It is configured.');
      }
      world.bus.intakes = intakes.filter(one => one.partition !== partition);
      return { partition };
    },
  };
}
