import type { LoggerService } from '@backstage/backend-plugin-api';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import { readObservedBases } from '../store/observed';
import { checkAgreement } from './agreement';
import type { SealContext } from './sealBase';

/** What base held between two looks only is missed. */
const POLL_MS = 60_000;

/** Follows what observing sensors would have written. A base that cannot be read is asked again at the next turn. */
export function startAgreementLoop(
  options: Pick<SealContext, 'knex' | 'hosts' | 'readRuns' | 'foldEffects'> & {
    logger: LoggerService;
  },
): Loop {
  const { knex, logger } = options;
  return startLoop({
    name: 'agreement',
    logger,
    pollMs: POLL_MS,
    turn: async () => {
      let more = false;
      for (const base of await readObservedBases(knex)) {
        try {
          more = (await checkAgreement(options, base, presentTime())) || more;
        } catch (error) {
          logger.warn(`${base.repository}, ${base.base}: ${error}`);
        }
      }
      return more;
    },
  });
}
