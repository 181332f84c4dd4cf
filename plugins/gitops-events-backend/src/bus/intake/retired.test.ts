import {
  incomingEvent,
  MemoryBroker,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { silentLogger } from '../../__testUtils__/testLogger';
import { Nudges } from '../../nudges';
import { Standstills } from '../../pipeline/standstills';
import { addIntakes } from '../../store/intakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { startIntake } from './intakeLoop';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const partition = 'memory:0';

/** It does not say how it stands, once it is told so. */
class Silent extends MemoryBroker {
  isSilent = false;
  /** Whether somebody asked in vain, and came back after that. */
  askedInVain = false;
  wentOn = false;

  async status(...asked: Parameters<MemoryBroker['status']>) {
    if (!this.isSilent) return super.status(...asked);
    this.askedInVain = true;
    throw new Error('It does not say.');
  }

  async partitions() {
    this.wentOn = this.askedInVain;
    return super.partitions();
  }
}

it.each(databaseKinds)(
  'goes on reading what is left while the broker does not say how much that is, on %s',
  async kind => {
    const { knex } = await databases.open(kind);
    const broker = new Silent();
    await addIntakes(knex, [partition]);
    broker.retire(partition);
    const event = incomingEvent();
    await broker.publish([event]);
    broker.deafen(true);
    const loop = startIntake({
      ...{ broker, knex, replica: 'one', nudges: new Nudges() },
      ...{ standstills: new Standstills(), logger: silentLogger() },
      ingresses: [{ name: 'registry', partitions: 1 }],
      ...{ leaseMs: 1_000, quietMs: 200 },
    });
    // Then it is read.
    await waitForExpect(() =>
      expect(loop.deaf()).toMatchObject([{ partition }]),
    );
    broker.isSilent = true;
    await waitForExpect(() => expect(broker.wentOn).toBe(true));
    broker.deafen(false);
    await waitForExpect(async () =>
      expect(await knex('events').pluck('id')).toEqual([event.id]),
    );
    await loop.stop();
  },
);
