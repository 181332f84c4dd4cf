import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { gitChangeInputSchema, type Edit } from '../gitChangeInput';
import { syncWaitAction, gitChangeAction } from '../actions';

/** Two inputs of the same step. @public */
export interface Landing {
  stepId: string;
  action: string;
  /** As it would be in the run's own target. */
  own: unknown;
  /** As it is in the target that a person chose instead. */
  redirected: unknown;
}

/**
 * Why a step that was redirected would still act where it acts by itself, or
 * undefined. Of `git:change` no file may be one that the step writes for its
 * own target, nor may the two replace each other's changes; another action
 * must at least be asked for something else. Pure.
 *
 * @public
 */
export function sameLanding(landing: Landing): Reason | undefined {
  const { stepId } = landing;
  const what = sharedBy(landing);
  return what === undefined
    ? undefined
    : {
        code: 'sameLanding',
        message: `Redirected, step \`${stepId}\` would ${what} as in the target of its sensor, so it did nothing. Let it depend on \`target\`, or discard this run.`,
      };
}

/** What both would do, as the end of a sentence. */
function sharedBy({ action, own, redirected }: Landing): string | undefined {
  switch (action) {
    case syncWaitAction.id:
      return undefined;
    case gitChangeAction.id:
      return sharedByChanges(own, redirected);
    default:
      return JSON.stringify(own) === JSON.stringify(redirected)
        ? 'do the same'
        : undefined;
  }
}

function sharedByChanges(own: unknown, redirected: unknown) {
  const [a, b] = [own, redirected].map(
    input => gitChangeInputSchema.safeParse(input).data,
  );
  // What is no input is refused as such, and writes nothing.
  if (!a || !b) return undefined;
  if (a.repo !== b.repo || a.base !== b.base) return undefined;
  if (a.key !== undefined && a.key === b.key) {
    return `replace changes of the same key, "${a.key}",`;
  }
  const places = a.edits.map(placeOf);
  const shared = b.edits
    .map(placeOf)
    .find(place => places.some(other => overlap(place, other)));
  return shared && `write ${shared.path} in ${a.repo}`;
}

interface Place {
  path: string;
  /** Everything below it. */
  folder: boolean;
}

function placeOf(edit: Edit): Place {
  return edit.kind === 'template'
    ? { path: edit.into.replace(/\/$/, ''), folder: true }
    : { path: edit.file.replace(/\/$/, ''), folder: edit.file.endsWith('/') };
}

function overlap(a: Place, b: Place): boolean {
  return a.path === b.path || holds(a, b) || holds(b, a);
}

function holds(outer: Place, inner: Place): boolean {
  return outer.folder && inner.path.startsWith(`${outer.path}/`);
}
