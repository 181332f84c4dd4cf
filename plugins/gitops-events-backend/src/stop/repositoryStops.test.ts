import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';
import { insertEffects } from '../store/insertEffects';
import { readPendingBases } from '../store/readPending';
import type { Stop } from '../store/stops';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { findStop } from './findStop';

jest.setTimeout(60_000);

const stopOf = (name: string) =>
  ({ scope: { kind: 'repository', name } }) as Stop;
const address = 'https://github.com/acme/deployments';

it.each([
  ['https://github.com/Acme/Deployments', true],
  ['https://GitHub.com/acme/deployments', true],
  ['https://pia@github.com/acme/deployments', true],
  ['https://github.com/acme/deployments-2', false],
  ['https://github.example.com/acme/deployments', false],
])('a stop of a repository covers it written as %s: %p', (repository, is) => {
  for (const [stopped, asked] of [
    [address, repository],
    [repository, address],
  ]) {
    const stop = stopOf(stopped);
    const found = findStop([stop], { repository: asked, targets: [] });
    expect(found).toBe(is ? stop : undefined);
  }
});

it('a local name is what it is', () => {
  const stop = stopOf('local:Deployments');
  const covers = (repository: string) =>
    findStop([stop], { repository, targets: [] }) === stop;
  expect(covers('local:Deployments')).toBe(true);
  expect(covers('local:deployments')).toBe(false);
});

const databases = testDatabases();

it.each(databaseKinds)('what it covers is not sealed, on %s', async kind => {
  const { knex } = await databases.open(kind);
  const repositories = [
    'https://github.com/Acme/Deployments',
    'https://github.com/acme/other',
    'local:deployments',
    'local:Deployments',
  ];
  await insertEffects(
    knex,
    repositories.map((repository, n) => ({
      ...{ effectId: `${n}`, runSeq: n, runId: `run-${n}`, stepId: 'bump' },
      ...{ generation: 0, asOf: 1, repository, base: 'main' },
      ...{ changeKey: `${n}`, state: 'pending' as const, confirmed: false },
      ...{ input: {} as GitChangeInput, flushBy: 1, createdAt: 1 },
    })),
  );
  const pending = async (...names: string[]) =>
    (await readPendingBases(knex, { stops: names.map(stopOf), resting: [] }))
      .map(({ repository }) => repository)
      .sort();
  expect(await pending(address, 'local:deployments')).toEqual([
    'https://github.com/acme/other',
    'local:Deployments',
  ]);
  expect(await pending()).toHaveLength(4);
});
