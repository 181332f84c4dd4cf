/** Whether an application that follows `path` (`.` for the whole repository) is touched by a changed file. */
export function follows(path: string, changed: string): boolean {
  const folder = path.replace(/^\.?\/+|\/+$/g, '');
  return (
    folder === '' ||
    folder === '.' ||
    changed === folder ||
    changed.startsWith(`${folder}/`)
  );
}
