import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Effect } from '../store/effectRow';
import { pointless } from './pointless';

/** An effect that a newer one of its change key makes pointless. */
export type Behind = Pick<Effect, 'effectId' | 'runId'>;

/** An effect with what its run is told. */
export interface Left {
  effect: Behind;
  outcome: ActionOutcome;
}

/** Ends that say that a value is there, or a newer one. */
const settling = ['alreadySo', 'superseded'];

/**
 * What waits for a base, thinned out while it is read: of values of one change
 * key that are set again and again, only the newest is kept with all it holds,
 * the others by name alone. So a storm leaves in one wave, however many waited,
 * and not in as many as would fit into memory.
 *
 * An effect is behind the next of its key that sets again all that it set.
 * Replays, reverts and what a person confirmed are never behind: they ask, or were
 * decided about, one by one. Effects are to be added in the order of their runs.
 */
export class ThinnedOut {
  /** When the first of all this was asked, in milliseconds since the epoch. */
  since = Infinity;
  private readonly kept = new Map<string, Effect>();
  private readonly newest = new Map<string, Effect>();
  private readonly behind = new Map<string, Behind[]>();

  /** What is kept, the oldest first. */
  get effects(): Effect[] {
    return [...this.kept.values()];
  }

  /** All of it, by name. */
  get all(): Behind[] {
    return [...this.effects, ...[...this.behind.values()].flat()];
  }

  get size(): number {
    return this.kept.size;
  }

  add(effect: Effect): void {
    const { changeKey, effectId } = effect;
    this.since = Math.min(this.since, effect.createdAt);
    const before = this.newest.get(changeKey);
    if (before && replaces(effect, before)) {
      const { effectId: id, runId } = before;
      const gone = this.behind.get(id) ?? [];
      gone.push({ effectId: id, runId });
      this.behind.delete(id);
      this.behind.set(effectId, gone);
      this.kept.delete(id);
    }
    this.newest.set(changeKey, effect);
    this.kept.set(effectId, effect);
  }

  /**
   * What needs no place of its own now, since what it lies behind has found one:
   * as a member of a change, or all is as it wants it, or something newer came.
   * Behind what was refused, it counts again at the next turn.
   *
   * @param members - effect ids of what joined a change
   */
  settledBy(members: string[], left: Left[]): Left[] {
    const gone = left
      .filter(({ outcome }) => settling.includes(outcome.outcome))
      .map(({ effect }) => effect.effectId);
    return [...members, ...gone].flatMap(id =>
      (this.behind.get(id) ?? []).map(effect => ({
        effect,
        outcome: supersededBy(this.kept.get(id)!),
      })),
    );
  }

  /** What lies behind these, to leave with them for the same reason. */
  with(left: Left[]): Left[] {
    return left.flatMap(({ effect: { effectId }, outcome }) =>
      (this.behind.get(effectId) ?? []).map(effect => ({ effect, outcome })),
    );
  }
}

function supersededBy({ runId }: Effect): ActionOutcome {
  return {
    outcome: 'superseded',
    reason: {
      code: 'superseded',
      message: 'A newer run of the same change key sets the same values.',
      detail: { run: runId },
    },
  };
}

function replaces(later: Effect, earlier: Effect): boolean {
  return (
    isPlain(later) &&
    isPlain(earlier) &&
    pointless(earlier.input.edits, later.input.edits)
  );
}

function isPlain({ generation, confirmed, input }: Effect): boolean {
  return generation === 0 && !confirmed && !input.revert;
}
