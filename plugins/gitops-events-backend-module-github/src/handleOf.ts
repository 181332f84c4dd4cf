/**
 * How somebody of the catalog is called on GitHub. Pure. The organisation
 * provider of Backstage writes `github.com/...` for GitHub Enterprise too; an
 * annotation of the very host, written by hand, goes before it.
 * Source: `plugin-catalog-backend-module-github`, its annotations.
 */
export function handleOf(
  host: string,
  annotations: Record<string, string>,
): string | undefined {
  const name = [host, 'github.com']
    .flatMap(one => [`${one}/team-slug`, `${one}/user-login`])
    .map(key => annotations[key])
    .find(Boolean);
  return name && `@${name}`;
}
