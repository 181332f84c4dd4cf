import type {
  Overview,
  RouteName,
} from '@gitops-events/plugin-gitops-events-common';
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

/** A broker that answers, and partitions with each trouble there is. */
export function exampleBroker(now: number): Overview['bus'] {
  const at = (minutes: number) =>
    new Date(now + minutes * 60_000).toISOString();
  const partition = (number: number) => ({
    ...{ partition: `gitops-events:${number}`, version: 3, unreadable: 0 },
  });
  return {
    ...{ kind: 'kafka', durability: 'replicated', database: 'postgres' },
    lag: 4,
    broker: { state: 'up', since: at(-312) },
    standstills: [
      {
        partition: 'registry/0',
        message: 'Its next event could not be decided: the log tells why.',
        since: at(-3),
      },
    ],
    intakes: [
      {
        ...{ ...partition(0), behind: 7, unreadable: 2 },
        stopped: {
          message: 'Records 4 to 9 of the topic gitops-events were deleted.',
          since: at(-8),
        },
      },
      { ...partition(1), behind: 12_400, filled: 0.63 },
      { ...partition(2), behind: 3, expiresAt: at(190) },
      {
        ...{ ...partition(3), behind: 0 },
        retired: {
          message:
            'The configuration names it no longer. Name it again until nothing waits in it, or let it go.',
        },
      },
    ],
  };
}
