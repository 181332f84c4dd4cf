import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';

/**
 * Whether a later run sets again all that an earlier one set, so that the
 * earlier one need not be rendered. Only values set by path can be set again;
 * whatever else an edit does counts, such as an item that `[+]` adds to a list.
 */
export function pointless(earlier: Edit[], later: Edit[]): boolean {
  const again = new Set(later.flatMap(placesOf));
  return earlier.every(
    edit =>
      edit.kind === 'yaml' &&
      placesOf(edit).every(place => again.has(place) && !place.endsWith('[+]')),
  );
}

function placesOf(edit: Edit): string[] {
  return edit.kind === 'yaml'
    ? Object.keys(edit.set).map(path => `${edit.file}\n${path}`)
    : [];
}
