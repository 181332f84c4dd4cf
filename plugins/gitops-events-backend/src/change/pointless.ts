import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { askedValues } from '../render/askedValues';

/**
 * Whether a later run sets again all that an earlier one set, so that the
 * earlier one need not be rendered. Only values set by path or name can be set
 * again; whatever else an edit does counts, such as an item that `[+]` adds to a
 * list.
 */
export function pointless(earlier: Edit[], later: Edit[]): boolean {
  const again = new Set(
    later
      .flatMap(askedValues)
      .filter(({ replaceable }) => replaceable)
      .map(({ name }) => name),
  );
  return earlier
    .flatMap(askedValues)
    .every(({ name, replaceable }) => replaceable && again.has(name));
}
