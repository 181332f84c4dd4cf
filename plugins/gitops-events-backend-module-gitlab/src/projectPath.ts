import { InputError } from '@backstage/errors';

/**
 * `group/subgroup/project` of a repository's address.
 *
 * @param baseUrl - where this GitLab lives, which may be below a path
 * @throws InputError for what is not `<baseUrl>/<group>/.../<project>`.
 */
export function projectPath(repository: string, baseUrl: string): string {
  const { origin, pathname, search, hash } = new URL(repository);
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/*$/, '/');
  const path = pathname.slice(prefix.length);
  const names = path.split('/');
  const isProject =
    origin === base.origin &&
    pathname.startsWith(prefix) &&
    names.length >= 2 &&
    names.every(isName) &&
    !path.endsWith('.git');
  if (!isProject || search || hash) {
    throw new InputError(
      `${JSON.stringify(repository)} is no repository; write it as ${baseUrl}/group/project, without ".git"`,
    );
  }
  return path;
}

/** As GitLab allows them in addresses; `-` stands before its own pages. */
function isName(name: string): boolean {
  return /^[a-z0-9_.][a-z0-9_.-]*$/i.test(name) && !/^\.+$/.test(name);
}
