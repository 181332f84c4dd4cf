import type { Run } from '../store/runRow';

/** A step that lost so many claims in a row may be what kills its replicas. */
const SUSPECT_FROM = 3;

/** Claims of the present step since the last one that came back: nobody saw their outcome. */
export function lostClaims(run: Pick<Run, 'attempt' | 'step' | 'steps'>) {
  return run.attempt - 1 - run.steps[run.step].attempts;
}

export function isSuspect(run: Pick<Run, 'attempt' | 'step' | 'steps'>) {
  return lostClaims(run) >= SUSPECT_FROM;
}

/**
 * Of the suspects among claimed runs a replica takes one at a time. When it is
 * killed it loses up to 256 claims, most of them of innocent steps; those show
 * their innocence here, since none of them goes down with another.
 *
 * @param busy - whether this replica is at one already
 * @returns `later` are to be given back
 */
export function oneSuspect<R extends Pick<Run, 'attempt' | 'step' | 'steps'>>(
  claimed: R[],
  busy: boolean,
): { now: R[]; later: R[] } {
  const first = busy ? undefined : claimed.find(isSuspect);
  const waits = (run: R) => run !== first && isSuspect(run);
  return {
    now: claimed.filter(run => !waits(run)),
    later: claimed.filter(waits),
  };
}
