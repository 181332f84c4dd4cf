/**
 * How somebody of the catalog is called on GitLab. Pure. The organisation
 * provider of Backstage writes the address of a person's page there. Groups,
 * which it names as well, are not asked for a review.
 * Source: `plugin-catalog-backend-module-gitlab`, `defaultUserTransformer`.
 */
export function handleOf(
  host: string,
  annotations: Record<string, string>,
): string | undefined {
  const login = annotations[`${host}/user-login`];
  const name = login?.replace(/\/+$/, '').split('/').at(-1);
  return name && `@${name}`;
}
