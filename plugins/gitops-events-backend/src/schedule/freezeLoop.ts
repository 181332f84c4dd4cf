import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { wakeFrozen } from '../store/wakeFrozen';
import { scheduleTopic } from './scheduleTopic';

const AT_ONCE = 500;

/**
 * Has runs asked again that were parked under other freezes than those of this
 * replica. A nudge when the configuration changed is not enough: a run that was
 * just being asked, or that a replica takes which knows the old ones still, is
 * parked after it, and a restart nudges nobody.
 */
export function startFreezeLoop(options: {
  knex: Knex;
  config: Pick<GitopsEventsConfig, 'targets'>;
  nudges: Nudges;
  logger: LoggerService;
  /** Milliseconds between two looks. Default 10,000. */
  pollMs?: number;
}): Loop {
  const { knex, config, nudges, logger, pollMs = 10_000 } = options;
  const loop = startLoop({
    name: 'freezes',
    logger,
    pollMs,
    turn: async signal => {
      const unless = scheduleTopic(config.targets);
      // Each once a turn: a replica that knows other freezes may park it again.
      let after = 0;
      let woken: number[];
      do {
        woken = await wakeFrozen(knex, { unless, after, limit: AT_ONCE });
        if (woken.length > 0) nudges.send('runs');
        after = Math.max(after, ...woken);
      } while (woken.length === AT_ONCE && !signal.aborted);
      return false;
    },
  });
  const off = nudges.on('freezes', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: () => {
      off();
      return loop.stop();
    },
  };
}
