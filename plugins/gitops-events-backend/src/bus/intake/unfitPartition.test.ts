import { MemoryBroker } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { silentLogger } from '../../__testUtils__/testLogger';
import { Nudges } from '../../nudges';
import { CommitQueue } from '../../store/commitQueue';
import type { Database } from '../../store/database';
import { addIntakes, readIntakes } from '../../store/intakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { BrokeredBus } from './brokeredBus';
import { createIntakeDecisions } from './intakeDecisions';
import { readIntakeViews } from './readIntakeViews';
import { stopIntake } from './stopIntake';

jest.setTimeout(60_000);

const databases = testDatabases();
const partition = 'memory:0';

describe.each(databaseKinds)(
  'a partition that is configured and was not fit since the start, on %s',
  kind => {
    let database: Database;
    let broker: MemoryBroker;
    beforeEach(async () => {
      database = await databases.open(kind);
      broker = new MemoryBroker({ partitions: 2 });
      await addIntakes(database.knex, await broker.partitions());
      broker.unfitFromStart(partition);
    });

    const intake = async () => (await readIntakes(database.knex))[0];
    const decision = async () => ({
      ...{ partition, version: (await intake()).version },
      ...{ by: 'user:default/pia', comment: 'They were tests.' },
    });
    const decisions = () =>
      createIntakeDecisions({
        commits: new CommitQueue({ knex: database.knex, stream: 'people' }),
        ...{ nudges: new Nudges(), broker },
      });

    it('is told as one of which nothing is known now, and may hold any event', async () => {
      const views = await readIntakeViews(database.knex, broker);
      expect(views).toMatchObject([
        { partition, behind: undefined },
        { partition: 'memory:1', behind: 0 },
      ]);
      expect(views[0]).not.toHaveProperty('retired');
      const bus = new BrokeredBus({
        ...{ broker, knex: database.knex, relaxed: false },
        ...{ log: broker, logger: silentLogger() },
      });
      expect(await bus.mayBeUnread('f'.repeat(32))).toBe(true);
    });

    it('is not let go, and after a loss it is said to be out of reach', async () => {
      const { letIntakeGo, letIntakeGoOn } = decisions();
      await expect(letIntakeGo(await decision())).rejects.toThrow(
        'It is configured.',
      );
      await stopIntake(database.knex, await intake(), 'Gone.');
      const goOn = { ...(await decision()), from: 'oldest' as const };
      await expect(letIntakeGoOn(goOn)).rejects.toThrow(
        'The broker does not answer now.',
      );
    });
  },
);
