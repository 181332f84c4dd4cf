import { createHash } from 'node:crypto';
import type { RestoredEffect } from '../store/restoredEffects';

/** So many effects are named in a commit; it tells how many it carries in all. */
const NAMED = 500;
const A_LINE = 10;

/** An effect as a commit names it. */
export interface NamedEffect {
  effectId: string;
  changeKey: string;
  /** How new its value counts: see `valueAge`. */
  asOf: number;
}

/** What a commit of ours says of itself. */
export interface Carried {
  changeId: string;
  effects: Array<Omit<RestoredEffect, 'commit'>>;
  /** Whether these are all that it carries. */
  complete: boolean;
}

/** An effect and its change key, shortened to what stands in a commit. */
export function shortened({
  effectId,
  changeKey,
}: Pick<NamedEffect, 'effectId' | 'changeKey'>): Pick<
  RestoredEffect,
  'effect' | 'changeKey'
> {
  return {
    effect: effectId.slice(0, 16),
    changeKey: createHash('sha256')
      .update(changeKey)
      .digest('hex')
      .slice(0, 12),
  };
}

/**
 * The lines that name what a commit carries: of each effect the beginnings of
 * its id and of the digest of its change key, and how new its value counts (in
 * milliseconds, to base 36). A database that was restored from a backup finds
 * out by them what Git has already.
 */
export function effectTrailers(effects: NamedEffect[]): string[] {
  const named = effects.slice(0, NAMED).map(effect => {
    const { effect: id, changeKey } = shortened(effect);
    return `${id}.${changeKey}.${effect.asOf.toString(36)}`;
  });
  const lines: string[] = [];
  for (let at = 0; at < named.length; at += A_LINE) {
    lines.push(`GitOps-Effects: ${named.slice(at, at + A_LINE).join(' ')}`);
  }
  return lines;
}

/** Reads a commit message; undefined where the commit is none of ours. */
export function carriedBy(message: string): Carried | undefined {
  const changeId = /^GitOps-Change: ([0-9a-f]{32})$/m.exec(message)?.[1];
  if (changeId === undefined) return undefined;
  const count = Number(/^GitOps-Members: (\d+) /m.exec(message)?.[1] ?? NaN);
  const effects = [...message.matchAll(/^GitOps-Effects: (.+)$/gm)]
    .flatMap(([, named]) => named.split(' '))
    .flatMap(text => {
      const parts = /^([0-9a-f]{16})\.([0-9a-f]{12})\.([0-9a-z]{1,9})$/.exec(
        text,
      );
      if (!parts) return [];
      const [, effect, changeKey, asOf] = parts;
      return [{ effect, changeKey, asOf: parseInt(asOf, 36) }];
    });
  return { changeId, effects, complete: effects.length === count };
}
