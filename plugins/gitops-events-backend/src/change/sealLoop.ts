import type { LoggerService } from '@backstage/backend-plugin-api';
import { roomForChange } from '../budget/budgetedHost';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { pauseAfter } from '../pipeline/retryPolicy';
import { tellWait } from '../store/tellWait';
import { readPendingBases, type PendingBase } from '../store/readPending';
import { readStops } from '../store/stops';
import { flushAt } from './gap';
import { sealBase, type SealContext } from './sealBase';

/** Seals what is pending, base by base, when its window is over. */
export function startSealLoop(
  options: SealContext & { nudges: Nudges; logger: LoggerService },
): Loop {
  const { knex, nudges, logger } = options;
  /** Bases whose host failed; the others go on. */
  const failing = new Map<string, { failures: number; until: number }>();

  const seal = async (base: PendingBase) => {
    const key = keyOf(base);
    try {
      const sealed = await sealBase(options, base);
      failing.delete(key);
      return sealed;
    } catch (error) {
      const failures = (failing.get(key)?.failures ?? 0) + 1;
      const wait = pauseAfter(error, failures, Math.random());
      failing.set(key, { failures, until: Date.now() + wait });
      logger.warn(`Changes of ${key} are tried again later: ${error}`);
      return false;
    }
  };

  const loop = startLoop({
    name: 'seal',
    logger,
    pollMs: 500,
    turn: async () => {
      const now = Date.now();
      let next = Infinity;
      let sealed = false;
      const stops = await readStops(knex);
      for (const base of await readPendingBases(knex, stops)) {
        const due = Math.max(
          await flushTime(options, base, now),
          failing.get(keyOf(base))?.until ?? 0,
        );
        if (due > now) {
          next = Math.min(next, due);
          continue;
        }
        sealed = (await seal(base)) || sealed;
        next = Math.min(next, failing.get(keyOf(base))?.until ?? Infinity);
      }
      if (sealed) nudges.send('changes', 'runs', 'timeline');
      // What is left pending waits for a change on its way, whose end nudges us.
      return Number.isFinite(next) ? next - now : false;
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

/** When the limits of its host let the base flush; what it waits for is written down. */
async function flushTime(
  { knex, hosts, nudges }: SealContext & { nudges: Nudges },
  base: PendingBase,
  now: number,
): Promise<number> {
  const host = hosts.find(one => one.serves(base.repository));
  if (!host?.limits) return flushAt(base.window, base.flushBy);
  const { none, paceMs } = await roomForChange(knex, host, base.repository);
  if (!none) return flushAt(base.window, base.flushBy, paceMs);
  if (await tellWait(knex, base, none)) nudges.send('timeline', 'runs');
  return now + none.waitMs;
}

function keyOf({ repository, base }: PendingBase): string {
  return `${repository} ${base}`;
}
