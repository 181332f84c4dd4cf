import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { lanesBehind } from '../store/lanesBehind';
import { letNextGo } from '../store/letNextGo';
import { startLoop, type Loop } from './loop';

const LANES_A_TURN = 200;

/**
 * Lets the first of each lane go that is marked to stand behind another one.
 * Who leaves a lane does that as well, at once; here is found what two that
 * leave the same lane at the same moment, or a replica of an older release,
 * left undone. So a mark costs time at worst.
 */
export function startLaneLoop(options: {
  knex: Knex;
  nudges: Nudges;
  logger: LoggerService;
}): Loop {
  const { knex, nudges, logger } = options;
  let after = '';
  return startLoop({
    name: 'lane',
    logger,
    pollMs: 1_000,
    turn: async () => {
      const lanes = await lanesBehind(knex, { after, limit: LANES_A_TURN });
      after = lanes.length < LANES_A_TURN ? '' : lanes.at(-1)!;
      if ((await letNextGo(knex, lanes)) > 0) nudges.send('runs');
      return false;
    },
  });
}
