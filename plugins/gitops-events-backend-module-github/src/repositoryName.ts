import { InputError } from '@backstage/errors';

export interface RepositoryName {
  owner: string;
  repo: string;
}

/** @throws InputError for what is not `https://<host>/<owner>/<repository>`. */
export function repositoryName(url: string): RepositoryName {
  const { pathname, search, hash } = new URL(url);
  const [, owner, repo] =
    /^\/([a-z0-9_-]+)\/([a-z0-9._-]+)$/i.exec(pathname) ?? [];
  if (!owner || search || hash || /^\.+$/.test(repo) || repo.endsWith('.git')) {
    throw new InputError(
      `${JSON.stringify(url)} is no repository; write it as https://github.com/owner/name, without ".git"`,
    );
  }
  return { owner, repo };
}
