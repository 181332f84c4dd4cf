import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { claimReplay, nextDue } from './claimReplay';
import { failReplay, haltReplay, settleWaiting } from './endReplay';
import { whyNotRun } from './whyNotRun';
import { FilterOverran } from './readPage';
import type { Replay } from './replay';
import { ReplayMoved, takePage, type ReplayContext } from './takePage';

const POLL_MS = 2_000;
/** A page takes less; a dead replica's replay goes on after it. */
const CLAIM_MS = 20_000;
/** Claims without a page that came of them. */
const maxAttempts = 5;

/** Takes replays on page by page, the one that is due for longest first: each gets its turn. */
export function startReplayLoop(
  options: ReplayContext & {
    nudges: Nudges;
    logger: LoggerService;
    /** Whether replays are left to newer replicas for now. */
    standsAside?(): boolean;
  },
): Loop {
  const { knex, nudges, logger } = options;
  const loop = startLoop({
    name: 'replay',
    pollMs: POLL_MS,
    logger,
    turn: async () => {
      if (options.standsAside?.()) return false;
      const replay = await claimReplay(knex, CLAIM_MS);
      if (!replay) return (await nextDue(knex)) ?? false;
      await takeOn(options, replay);
      return true;
    },
  });
  const stopListening = nudges.on('replays', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: async () => {
      stopListening();
      await loop.stop();
    },
  };
}

/** One page of a claimed replay, or its end. */
export async function takeOn(
  context: ReplayContext,
  replay: Replay,
): Promise<void> {
  const { knex } = context;
  try {
    if (replay.attempt > maxAttempts) {
      await failReplay(knex, replay, {
        code: 'failed',
        message: `It did not get further in ${maxAttempts} attempts. The log of the backend tells why; then replay again from where it stopped.`,
      });
    } else if (replay.position?.end) await settleWaiting(knex, replay);
    else await goOn(context, replay);
  } catch (error) {
    if (error instanceof FilterOverran) {
      await failReplay(knex, replay, {
        code: 'filterOverran',
        message:
          'The filter of the events took too long for one of them. Make it simpler and replay again.',
      });
    } else if (!(error instanceof ReplayMoved)) throw error;
  }
}

async function goOn(context: ReplayContext, replay: Replay): Promise<void> {
  const reason = await whyNotRun(context, replay);
  if (reason) await haltReplay(context.knex, replay, reason);
  else await takePage(context, replay);
}
