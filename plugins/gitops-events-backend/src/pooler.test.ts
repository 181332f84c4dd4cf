import waitForExpect from 'wait-for-expect';
import { noteAction, noteSensor } from './__testUtils__/noteAction';
import { startPlugin } from './__testUtils__/startPlugin';
import { testDatabases } from './store/testDatabases';
import {
  describeWithPooler,
  startPooler,
} from './store/__testUtils__/realPooler';

jest.setTimeout(120_000);

const databases = testDatabases();

describeWithPooler('behind PgBouncer in transaction mode', () => {
  const ends: Array<() => Promise<unknown>> = [];
  // Whatever a test came to, no pooler outlives it.
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it('two replicas accept, decide and run each event once', async () => {
    const pooler = await startPooler(await databases.empty('postgres'));
    ends.push(() => pooler.stop());
    const noted: string[] = [];
    const replicas: Array<Awaited<ReturnType<typeof startPlugin>>> = [];
    for (let n = 0; n < 2; n += 1) {
      replicas.push(
        await startPlugin({
          knex: pooler.connect(),
          sensors: {
            'note.yaml': noteSensor(
              '  entity: component:default/shop\n  dedupe: { key: event.data.key }\n',
            ),
          },
          files: { 'apps/a.yaml': 'a: 1\n' },
          actions: [noteAction(noted)],
          gitopsEvents: {
            ingresses: {
              registry: {
                principals: ['external:registry'],
                sources: ['/registry'],
                types: ['io.example.*'],
                entities: ['*'],
                partitions: 2,
              },
            },
          },
        }),
      );
      const replica = replicas[n];
      ends.push(() => replica.stop());
    }
    const ids = Array.from({ length: 80 }, (_, n) => `e${n}`);
    await Promise.all(
      ids.map(id =>
        replicas[Number(id.slice(1)) % 2]
          .send(
            'application/cloudevents+json',
            JSON.stringify({
              specversion: '1.0',
              id,
              source: '/registry',
              type: 'io.example.pushed',
              data: { key: id },
            }),
          )
          .expect(202),
      ),
    );
    await waitForExpect(() => {
      expect([...noted].sort()).toEqual([...ids].sort());
    }, 60_000);
  });
});
