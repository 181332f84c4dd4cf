import type { LoggedCommit } from '@gitops-events/plugin-gitops-events-node';
import { carriedBy } from '../change/carriedEffects';
import type { RestoredEffect } from '../store/restoredEffects';

/** What the database knows, to tell what it does not. */
export interface Known {
  /** Ids of changes. */
  changes: ReadonlySet<string>;
  /** Beginnings of the ids of their effects. */
  effects: ReadonlySet<string>;
}

/** Ids of our changes among these commits. Pure. */
export function changesIn(commits: readonly LoggedCommit[]): string[] {
  const ids = commits.flatMap(
    ({ message }) => carriedBy(message)?.changeId ?? [],
  );
  return [...new Set(ids)];
}

/**
 * What commits carry that the database does not know. Pure.
 *
 * @param history - the newest commit first; `complete`: behind it there is nothing that it does not know
 * @param at - of the restore: what nobody knows is not newer than that
 */
export function foundIn(
  history: { commits: readonly LoggedCommit[]; complete: boolean },
  known: Known,
  at: number,
): RestoredEffect[] {
  const unknown = { effect: '', changeKey: '', asOf: at };
  const found: RestoredEffect[] = history.complete ? [] : [unknown];
  const seen = new Set<string>();
  for (const { id, message } of history.commits) {
    const carried = carriedBy(message);
    // Of the revisions of a change the newest counts: who left it is not in Git.
    if (!carried || seen.has(carried.changeId)) continue;
    seen.add(carried.changeId);
    // By the name alone nobody sees that a change went on after the backup; its effects tell.
    const news = carried.effects.filter(
      ({ effect }) => !known.effects.has(effect),
    );
    found.push(...news.map(effect => ({ ...effect, commit: id })));
    if (!carried.complete && !known.changes.has(carried.changeId)) {
      found.push({ ...unknown, commit: id });
    }
  }
  return found;
}
