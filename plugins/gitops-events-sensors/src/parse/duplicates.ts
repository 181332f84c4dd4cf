import { valueAt, type Problem } from './problem';

/** Names that must be unique inside a document: dependencies and steps. */
export function duplicateProblems(document: unknown): Problem[] {
  return [
    ...repeated(document, ['dependencies'], 'name'),
    ...repeated(document, ['steps', 'onFailure'], 'id'),
  ];
}

/** Lists that share their names: the outputs of a step are read by its id, wherever it stands. */
function repeated(
  document: unknown,
  lists: string[],
  field: string,
): Problem[] {
  const seen = new Set<unknown>();
  return lists.flatMap(list => {
    const items = valueAt(document, ['spec', list]);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item, at): Problem[] => {
      const name = valueAt(item, [field]);
      if (typeof name !== 'string') return [];
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      const message = `"${name}" is used twice; give each its own ${field}.`;
      const path = ['spec', list, at, field];
      return [{ rule: 'duplicate-name', message, path }];
    });
  });
}
