import type { Target } from '@gitops-events/plugin-gitops-events-common';
import type { Stop } from '../store/stops';
import { isSameRepository } from './isSameRepository';

/** Where something would be written. */
export interface Place {
  repository?: string;
  /** Of all that is written together; undefined: of none. */
  targets: ReadonlyArray<Target | undefined>;
}

/** The first of these stops that covers a place, or undefined. Pure. */
export function findStop(
  stops: readonly Stop[],
  { repository, targets }: Place,
): Stop | undefined {
  return stops.find(({ scope: { kind, name } }) => {
    switch (kind) {
      case 'all':
        return true;
      case 'repository':
        return (
          repository !== undefined && isSameRepository(repository, name ?? '')
        );
      default:
        return targets.some(target => target?.[kind] === name);
    }
  });
}
