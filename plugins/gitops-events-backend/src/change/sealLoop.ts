import type { LoggerService } from '@backstage/backend-plugin-api';
import { roomForChange, tellReplicas } from '../budget/budgetedHost';
import type { Nudges } from '../nudges';
import { startLoop, type Loop } from '../pipeline/loop';
import { pauseAfter } from '../pipeline/retryPolicy';
import { presentTime } from '../presentTime';
import { tellWait } from '../store/tellWait';
import { readPendingBases, type PendingBase } from '../store/readPending';
import { readRestingKeys } from '../store/readRests';
import { readStops } from '../store/stops';
import { flushAt } from './gap';
import { ElsewhereUnread } from './readElsewhere';
import { sealBase, type SealContext } from './sealBase';
import { SealSlots } from './sealSlots';

/** So long the others of a base wait at most because one needs a repository that fails. Milliseconds. */
const UNREAD_MS = 5_000;

/**
 * Seals what is pending, base by base, when its window is over. A forge may
 * hang, and a check of one repository too: forges go side by side, each with a
 * few repositories at once, each repository with one base.
 */
export function startSealLoop(
  options: SealContext & { nudges: Nudges; logger: LoggerService },
): Loop {
  const { knex, hosts, nudges, logger } = options;
  const slots = new SealSlots();
  /** Bases whose host failed; the others go on. */
  const failing = new Map<string, { failures: number; until: number }>();

  const tell = async (repository: string, error: unknown) => {
    const host = hosts.find(one => one.serves(repository));
    if (!host) return;
    await tellReplicas(knex, host, repository, error).catch(lost =>
      logger.warn(`Other replicas do not know that ${error}: ${lost}`),
    );
  };
  const seal = async (base: PendingBase) => {
    const key = keyOf(base);
    try {
      const sealed = await sealBase(options, base);
      failing.delete(key);
      if (sealed) nudges.send('changes', 'runs', 'timeline');
    } catch (error) {
      const failures = (failing.get(key)?.failures ?? 0) + 1;
      const wait = Math.min(
        pauseAfter(error, failures, Math.random()),
        error instanceof ElsewhereUnread ? UNREAD_MS : Infinity,
      );
      failing.set(key, { failures, until: presentTime() + wait });
      logger.warn(`Changes of ${key} are tried again later: ${error}`);
      await tell(base.repository, error);
    }
  };

  const loop = startLoop({
    name: 'seal',
    logger,
    pollMs: 500,
    turn: async () => {
      const now = presentTime();
      let next = Infinity;
      const bases = await readPendingBases(knex, {
        stops: await readStops(knex),
        resting: await readRestingKeys(knex),
      });
      for (const base of slots.inTurn(bases)) {
        const place = { ...base, forge: forgeOf(hosts, base.repository) };
        if (slots.isTaken(place)) continue;
        const due = Math.max(
          await flushTime(options, base, now),
          failing.get(keyOf(base))?.until ?? 0,
        );
        if (due > now) next = Math.min(next, due);
        else slots.take(place, seal(base), loop.nudge);
      }
      // What is left pending waits for a change on its way, or rests: the end of either nudges us.
      return Number.isFinite(next) ? next - now : false;
    },
  });
  const off = nudges.on('effects', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: async () => {
      off();
      await loop.stop();
      await slots.settled();
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

/** One server of one change host: what hangs together. */
function forgeOf(hosts: SealContext['hosts'], repository: string): string {
  const host = hosts.find(one => one.serves(repository));
  const server = URL.canParse(repository) ? new URL(repository).host : '';
  return `${host?.name} ${server}`;
}

function keyOf({ repository, base }: PendingBase): string {
  return `${repository} ${base}`;
}
