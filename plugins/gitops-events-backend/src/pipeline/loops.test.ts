import { mockCredentials } from '@backstage/backend-test-utils';
import waitForExpect from 'wait-for-expect';
import { Sandbox } from '../sandbox';
import { readDepths } from '../store/readDepths';
import { runOf } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { startReplica } from './__testUtils__/decideReplica';
import { Acceptor, eventUid } from './accept';
import { activate, testSensor } from './testSensor';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const source = '/registry';
const ingress = {
  name: 'registry',
  principals: ['external:registry'],
  sources: [source],
  types: ['*'],
  entities: ['*'],
  partitions: 1,
};

describe.each(databaseKinds)(
  'events that follow from each other on %s',
  kind => {
    const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
    afterAll(() => sandbox.stop());

    it('are held for a person when they look like a loop, however deep their sender says they are', async () => {
      const { knex, ...database } = await databases.open(kind);
      await activate(knex, [testSensor('promote')]);
      const { bus, stop } = startReplica({ knex, ...database }, sandbox);
      const acceptor = new Acceptor({
        bus,
        ingresses: [ingress],
        limits: { eventBytes: 1_000 },
        authorizeEntity: async () => ({}),
        depthsOf: uids => readDepths(knex, uids),
      });
      const uids = Array.from({ length: 10 }, (_, n) =>
        eventUid(source, `${n}`),
      );
      for (const n of uids.keys()) {
        const [outcome] = await acceptor.accept({
          credentials: mockCredentials.service('external:registry'),
          events: [
            {
              ...{ id: `${n}`, source, type: 'io.example.pushed' },
              ...{ extensions: {}, depth: 0, causationId: uids[n - 1] },
            },
          ],
        });
        expect(outcome.result).toBe('accepted');
      }
      await waitForExpect(async () =>
        expect(await knex('runs')).toHaveLength(uids.length),
      );
      await stop();

      const made = (await knex('runs')).map(runOf);
      const runs = uids.map(uid => made.find(run => run.eventUid === uid)!);
      expect(runs.map(({ state }) => state)).toEqual([
        ...Array(8).fill('queued'),
        'held',
        'held',
      ]);
      expect(runs[8].reason).toMatchObject({
        code: 'loop',
        detail: { depth: 8, causationId: uids[7] },
      });
    });
  },
);
