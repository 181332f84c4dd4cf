import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { readPendingBases } from '../store/readPending';
import { flushAt } from './gap';
import { sealBase, type SealContext } from './sealBase';

/** Seals what is pending, base by base, when its window is over. */
export function startSealLoop(
  options: SealContext & { nudges: Nudges; logger: LoggerService },
): Loop {
  const { knex, nudges, logger } = options;
  const loop = startLoop({
    name: 'seal',
    logger,
    pollMs: 500,
    turn: async () => {
      const now = Date.now();
      let next = Infinity;
      let sealed = false;
      for (const base of await readPendingBases(knex)) {
        const due = flushAt(base.window, base.flushBy);
        if (due > now) {
          next = Math.min(next, due - now);
          continue;
        }
        sealed = (await sealBase(options, base)) || sealed;
      }
      if (sealed) nudges.send('changes', 'runs', 'timeline');
      // What is left pending waits for a change on its way, whose end nudges us.
      return Number.isFinite(next) ? next : false;
    },
  });
  const off = nudges.on('effects', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: async () => {
      off();
      await loop.stop();
    },
  };
}
