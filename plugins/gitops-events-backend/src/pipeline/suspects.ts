import type { Run } from '../store/runRow';

/** Claims of the present step since the last one that came back: nobody saw their outcome. */
export function lostClaims(run: Run): number {
  return run.attempt - 1 - run.steps[run.step].attempts;
}

/** Whether a claimed run was taken as one that may be what kills its replicas; as `SUSPECT` says before the claim. */
export function isSuspect(run: Run): boolean {
  return run.attempt > 3 && lostClaims(run) > 0;
}
