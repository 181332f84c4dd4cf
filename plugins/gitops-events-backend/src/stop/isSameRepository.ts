/**
 * Whether two names are of one repository. Forges find it whatever the case of
 * its address, and whoever is named in that; a local name is what it is.
 */
export function isSameRepository(one: string, other: string): boolean {
  return one === other || placeOf(one) === placeOf(other);
}

/** Whether this is the address of a repository at a forge. */
export function isAddress(repository: string): boolean {
  return URL.canParse(repository) && new URL(repository).host !== '';
}

function placeOf(repository: string): string {
  if (!isAddress(repository)) return repository;
  const { host, pathname } = new URL(repository);
  return `${host}${pathname}`.toLowerCase();
}
