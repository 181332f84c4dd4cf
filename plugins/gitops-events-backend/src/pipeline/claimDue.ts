import type { Knex } from 'knex';
import { claimRuns } from '../store/claimRuns';
import { dueSensors } from '../store/dueSensors';
import { fairShares } from './fairShares';
import type { Claim, RunStarter } from './runLoop';

/** Sensors that one turn looks at; the next turn goes on behind them. */
const SENSORS_A_TURN = 200;

/**
 * Takes runs that are due, of each sensor as many as its share is. What that
 * costs does not depend on how many are due: of each sensor the first ones are
 * looked at.
 *
 * @param after - the name of a sensor to go on from; empty begins at the first
 * @param left - names of sensors whose runs are left alone
 * @param lookAt - runs of a sensor that are looked at; see `claimRuns`
 * @returns also where to go on, and which sensors have runs due that their
 * lanes do not allow
 */
export async function claimDue(
  knex: Knex,
  options: {
    offer: RunStarter['offer'];
    after: string;
    left?: ReadonlySet<string>;
    lookAt?: number;
  },
): Promise<Claim & { next?: string; blocked: string[] }> {
  const { due, next } = await dueSensors(knex, {
    after: options.after,
    limit: SENSORS_A_TURN,
  });
  const { deadline, ...claim } = options.offer();
  const ours = due.filter(({ sensor }) => !options.left?.has(sensor));
  const wanted = fairShares(ours, claim.running, claim.free);
  const runs = await claimRuns(knex, {
    ...claim,
    wanted,
    lookAt: options.lookAt,
  });
  const served = new Set(runs.map(({ sensor }) => sensor));
  const names = wanted.map(({ sensor }) => sensor);
  return {
    runs,
    deadline,
    next,
    blocked: names.filter(name => !served.has(name)),
  };
}
