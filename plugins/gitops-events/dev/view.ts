import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { fail } from './answers';
import { changeOf } from './derived';
import { exampleSensors } from './sensors';
import { tell } from './story';
import { newestFirst, type Happening, type World } from './world';

/** The world as it is now, and how to find things in it. */
export type View = ReturnType<typeof createView>;

export function createView(world: World, now: () => number) {
  const at = (happening: Happening) =>
    tell(happening.story, happening.startedAt, now());
  const all = () => newestFirst(world);
  const find = (matches: (happening: Happening) => boolean) =>
    all().find(matches) ??
    fail(404, 'It does not exist, or you may not see it.');
  const sensors = (): SensorDetail[] =>
    exampleSensors(now()).map(sensor => ({
      ...sensor,
      paused: world.paused.has(sensor.name) !== sensor.paused,
      breaker:
        sensor.breaker && world.closedBreakers.has(sensor.name)
          ? { state: 'closed', failures: 0, scopes: [], version: 6 }
          : sensor.breaker,
    }));
  return {
    world,
    now,
    at,
    all,
    sensors,
    byEvent: (uid: string) => find(one => at(one).event.uid === uid),
    byRun: (id: string) => find(one => at(one).run.id === id),
    byChange: (id: string) => find(one => changeOf(one, now())?.id === id),
    sensor: (name: string) =>
      sensors().find(one => one.name === name) ??
      fail(404, `There is no sensor ${name}.`),
  };
}
