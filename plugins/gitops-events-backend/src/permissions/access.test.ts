import {
  AuthorizeResult,
  type PermissionCondition,
  type PermissionCriteria,
} from '@backstage/plugin-permission-common';
import { RESOURCE_TYPE_OWNED } from '@gitops-events/plugin-gitops-events-common';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedEvent, seedRun } from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { accessWith } from './__testUtils__/accesses';
import {
  changeOwnedBy,
  changeSeenBy,
  eventOwnedBy,
  ownersOf,
  requestersOf,
  runOwnedBy,
  together,
} from './owners';

jest.setTimeout(60_000);

const refs = [
  'group:default/shop',
  'group:default/payments',
  'user:default/ana',
  'user:default/a_a',
];

const condition = fc
  .subarray(refs)
  .map((claims): PermissionCriteria<PermissionCondition> => ({
    rule: 'IS_OWNER',
    resourceType: RESOURCE_TYPE_OWNED,
    params: { claims },
  }));

const criteria = fc.letrec<{
  any: PermissionCriteria<PermissionCondition>;
}>(tie => ({
  any: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc
      .array(tie('any'), { minLength: 1, maxLength: 3 })
      .map(allOf => ({ allOf: allOf as never })),
    fc
      .array(tie('any'), { minLength: 1, maxLength: 3 })
      .map(anyOf => ({ anyOf: anyOf as never })),
    tie('any').map(not => ({ not })),
  ),
})).any;

const principals = [
  'external:registry',
  'user:default/ana',
  'user:default/ana via plugin:scaffolder',
  // Must not pass for user:default/a_a: an underscore is no wildcard.
  'user:default/axa via plugin:scaffolder',
];
const owners = [undefined, ...refs];
const databases = testDatabases();

describe.each(databaseKinds)('a condition on %s', kind => {
  let knex: Knex;
  const events: Array<{ id: string; resource: { ownerRefs: string[] } }> = [];
  const runs: typeof events = [];
  const changes: typeof events = [];
  const seen: typeof events = [];

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    let number = 0;
    for (const principal of principals) {
      for (const ownerRef of owners) {
        for (const runOwner of [undefined, 'group:default/payments']) {
          number += 1;
          const name = `${number}`;
          const eventUid = await seedEvent(knex, {
            id: name,
            principal,
            ownerRef,
          });
          const requesters = requestersOf({ ownerRef, principal });
          const row = {
            ownerRef: 'group:default/platform',
            entityOwnerRef: runOwner,
          };
          const run = await seedRun(knex, { name, eventUid, ...row });
          const change = {
            ownerRef: ownerRef ?? 'group:default/platform',
            entityOwnerRef: undefined,
          };
          const changeId = await seedChange(knex, {
            name,
            members: [run],
            ...change,
          });
          events.push({
            id: eventUid,
            resource: together(requesters, ownersOf(row)),
          });
          runs.push({ id: run, resource: ownersOf(row) });
          changes.push({ id: changeId, resource: ownersOf(change) });
          seen.push({
            id: changeId,
            resource: together(ownersOf(change), ownersOf(row)),
          });
        }
      }
    }
  });

  it.each([
    { table: 'events', key: 'uid', ownedBy: eventOwnedBy, all: events },
    { table: 'runs', key: 'id', ownedBy: runOwnedBy, all: runs },
    { table: 'changes', key: 'id', ownedBy: changeOwnedBy, all: changes },
    { table: 'changes', key: 'id', ownedBy: changeSeenBy, all: seen },
  ])(
    'lets a query of $table find just what it allows one by one',
    async ({ table, key, ownedBy, all }) => {
      await fc.assert(
        fc.asyncProperty(criteria, async conditions => {
          const access = accessWith({
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'gitops-events',
            resourceType: RESOURCE_TYPE_OWNED,
            conditions,
          });
          const query = knex(table).select(`${table}.${key} as id`);
          access.restrict(query, ownedBy);

          const found = (await query).map(({ id }) => id as string);

          expect(found.sort()).toEqual(
            all
              .filter(({ resource }) => access.allows(resource))
              .map(({ id }) => id)
              .sort(),
          );
        }),
        { numRuns: 40 },
      );
    },
  );

  it('finds all under ALLOW and nothing under DENY', async () => {
    const count = async (
      result: AuthorizeResult.ALLOW | AuthorizeResult.DENY,
    ) => {
      const query = knex('events').select('uid');
      accessWith({ result }).restrict(query, eventOwnedBy);
      return (await query).length;
    };

    expect(await count(AuthorizeResult.ALLOW)).toBe(events.length);
    expect(await count(AuthorizeResult.DENY)).toBe(0);
  });
});
