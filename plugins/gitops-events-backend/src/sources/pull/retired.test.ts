import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { sourceReplica } from './__testUtils__/sourceReplica';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

describe.each(databaseKinds)('what a source no longer reads, on %s', kind => {
  it('has no say in how it stands, and keeps its position', async () => {
    const database = await databases.open(kind);
    const outside = new MemorySource();
    const first = sourceReplica({ database, outside });
    first.sources.start();
    await waitForExpect(async () =>
      expect(await first.sources.views()).toMatchObject([{ state: 'reading' }]),
    );
    outside.recreate();
    await waitForExpect(async () =>
      expect(await first.sources.views()).toMatchObject([
        { state: 'stopped', partitions: [{ retired: undefined }] },
      ]),
    );
    await first.stop();
    const next = sourceReplica({
      ...{ database, outside: new MemorySource({ topic: 'payments' }) },
    });
    next.sources.start();
    await waitForExpect(async () =>
      expect(await next.sources.views()).toMatchObject([
        {
          state: 'reading',
          partitions: [
            {
              partition: 'orders:0',
              stopped: { message: expect.any(String) },
              retired: { message: expect.stringContaining('no longer') },
            },
            { partition: 'payments:0', retired: undefined },
          ],
        },
      ]),
    );
    await next.stop();
  });
});
