import type { ActiveSensor } from '../../sandbox';
import { evaluateBatch } from '../../sandbox/evaluateBatch';
import type { EvaluateResult } from '../../sandbox/messages';
import { Progress } from '../../sandbox/progress';
import { RestingSensors } from '../../sandbox/RestingSensors';
import { createRoom } from '../../sandbox/room';

/**
 * Evaluates as the sandbox does, with a thread that dies whenever sensors are
 * to be asked about one event, before it comes to any of them, but not when it
 * reads that event alone.
 */
export function dyingSandbox(isPoison: (uid: string) => boolean) {
  const room = createRoom(new Progress());
  let active: ActiveSensor[] = [];
  let generation = 0;
  let deaths = 0;
  return {
    async load(sensors: ActiveSensor[], newer: number) {
      active = sensors;
      generation = newer;
      room({ kind: 'load', sensors });
    },
    async evaluate(events: Parameters<typeof evaluateBatch>[0]['events']) {
      const answers = await evaluateBatch({
        events,
        active,
        resting: new RestingSensors(),
        limits: { expressionMs: 250, expressionHeapMb: 128 },
        attempt: async task => {
          const at = task.events.findIndex(({ uid }) => isPoison(uid));
          const isRead = at >= 0 && !task.unreadable.has(at);
          if (!isRead || task.only !== undefined) {
            return { result: room(task) as EvaluateResult };
          }
          deaths += 1;
          if (deaths > 100) throw new Error('It is tried for ever.');
          return { death: { cause: 'memory', event: at, sensor: -1 } };
        },
      });
      return { generation, events: answers };
    },
  };
}
