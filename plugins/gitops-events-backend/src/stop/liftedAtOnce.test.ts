import { Nudges } from '../nudges';
import { CommitQueue } from '../store/commitQueue';
import { readStops } from '../store/stops';
import { testDatabases } from '../store/testDatabases';
import { insertRestore } from '../store/restores';
import { noteRepository } from '../store/restoredRepositories';
import { createStopDecisions } from './stopDecisions';

jest.setTimeout(60_000);

const databases = testDatabases();
const by = 'user:default/pia';

it('two stops that two replicas lift at once are both lifted, while a restore keeps repositories stopped', async () => {
  const database = await databases.open('postgres');
  const { knex } = database;
  const restore = (await insertRestore(knex, 'here'))!;
  await noteRepository(knex, restore.id, 'local:deployments');
  const replicas = [knex, databases.again(database)].map(one =>
    createStopDecisions({
      commits: new CommitQueue({ knex: one, stream: 'people' }),
      nudges: new Nudges(),
    }),
  );
  for (let round = 0; round < 30; round += 1) {
    for (const name of ['a', 'b']) {
      await replicas[0].setStop({
        ...{ scope: { kind: 'tenant', name }, reason: 'Looking', by },
      });
    }
    const ours = (await readStops(knex)).filter(stop => stop.by === by);
    await Promise.all(
      ours.map(({ id, version }, at) =>
        replicas[at].liftStop({ id, version, by, comment: 'Looked at it' }),
      ),
    );
  }
  expect(await readStops(knex)).toMatchObject([
    { by: 'plugin:gitops-events', scope: { name: 'local:deployments' } },
  ]);
});
