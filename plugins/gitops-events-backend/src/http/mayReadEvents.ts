import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  eventReadPermission,
  ownedRef,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Authorizer } from '../permissions/authorizer';
import { readOwned } from '../permissions/readOwned';

/** @throws NotFoundError: what the caller may not read does not exist */
export async function mayReadEvents(
  { knex, authorizer }: { knex: Knex; authorizer: Pick<Authorizer, 'access'> },
  credentials: BackstageCredentials,
  uids: string[],
): Promise<void> {
  if (uids.length === 0) return;
  const access = await authorizer.access(credentials, eventReadPermission);
  const owned = await readOwned(
    knex,
    uids.map(uid => ownedRef('event', uid)),
  );
  for (const [at, uid] of uids.entries()) {
    const owners = owned[at];
    if (owners && access.allows(owners)) continue;
    throw new NotFoundError(
      `There is no event ${uid}, or you may not see it. Check the list, or ask its owner.`,
    );
  }
}
