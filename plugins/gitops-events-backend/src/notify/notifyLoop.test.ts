import type { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  idOf,
  seedEvent,
  seedRun,
  start,
} from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { tellOwners } from './notifyLoop';
import { silentLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);

class RecordedNotifications {
  sent: NotificationSendOptions[] = [];
  broken: boolean | string = false;

  async send(options: NotificationSendOptions) {
    const { broken } = this;
    if (broken === true || broken === options.payload.title)
      throw new Error('no connection');
    this.sent.push(options);
  }

  take() {
    const { sent } = this;
    this.sent = [];
    return sent;
  }
}

const databases = testDatabases();

describe.each(databaseKinds)('telling owners, on %s', kind => {
  const setUp = async () => {
    const { knex } = await databases.open(kind);
    const notifications = new RecordedNotifications();
    const eventUid = await seedEvent(knex, { id: 'one' });
    const tell = (now = start) =>
      tellOwners({
        knex,
        notifications,
        logger: silentLogger(),
        now,
      });
    const hold = (name: string, code = 'policy') =>
      seedRun(knex, {
        name,
        eventUid,
        state: 'held',
        entityOwnerRef: 'group:default/shop',
        reason: { code, message: 'At most 3 replicas in staging.' },
      });
    return { knex, notifications, tell, hold };
  };

  it('tells the owners of a held run once', async () => {
    const { notifications, tell, hold } = await setUp();
    await hold('scale shop');

    await tell();
    await tell();

    expect(notifications.take()).toEqual([
      {
        recipients: {
          type: 'entity',
          entityRef: ['group:default/platform', 'group:default/shop'],
        },
        payload: {
          title: 'Held: scale shop',
          description:
            'At most 3 replicas in staging. Release or discard in the quarantine.',
          link: '/gitops-events/quarantine?sensor=promote-image',
          severity: 'high',
          topic: 'held',
          scope:
            'held:promote-image/policy/group:default/platform/group:default/shop',
        },
      },
    ]);
  });

  it('tells of a storm with one cause in one line, which more of it renews', async () => {
    const { notifications, tell, hold } = await setUp();
    await Promise.all(['a', 'b', 'c'].map(name => hold(name)));
    await hold('d', 'expression');

    await tell();
    const first = notifications.take().map(({ payload }) => payload);
    await hold('e');
    await tell();
    const [renewed] = notifications.take();

    expect(first.map(({ title }) => title)).toEqual([
      '3 runs of promote-image held',
      'Held: d',
    ]);
    expect(renewed.payload.scope).toBe(first[0].scope);
  });

  it('tells whom a change waits for, again for new content, and not of the checks of its host', async () => {
    const { knex, notifications, tell } = await setUp();
    const reason = { code: 'approval', message: 'Waits for an approval.' };
    await seedChange(knex, { name: 'grow', state: 'waiting', reason });
    await seedChange(knex, {
      name: 'blocked',
      state: 'waiting',
      reason: { code: 'blocked', message: 'A check of the host runs.' },
    });

    await tell();
    await knex('changes').update({ revision: 2, version: 9 });
    await tell();
    await tell();

    const sent = notifications.take();
    expect(sent.map(({ payload }) => payload.scope)).toEqual([
      `change:${idOf('change grow')}:1`,
      `change:${idOf('change grow')}:2`,
    ]);
    expect(sent[0].recipients).toEqual({
      type: 'entity',
      entityRef: ['group:default/platform'],
    });
  });

  it('tries again what could not be sent', async () => {
    const { notifications, tell, hold } = await setUp();
    await hold('one');
    notifications.broken = true;
    await tell();
    notifications.broken = false;
    await tell();

    expect(notifications.take()).toHaveLength(1);
  });

  it.each(['one', 'two'])(
    'tells the other when %s cannot be told',
    async bad => {
      const { notifications, tell, hold } = await setUp();
      await hold('one');
      await hold('two', 'expression');
      notifications.broken = `Held: ${bad}`;
      await tell();
      expect(notifications.take()).toHaveLength(1);
    },
  );

  it('reminds after 30 days of what still waits', async () => {
    const { notifications, tell, hold } = await setUp();
    await hold('old');
    await tell();
    await hold('new');
    await tell(start + 31 * 24 * 60 * 60 * 1000);
    notifications.take();

    await tell(start + 31 * 24 * 60 * 60 * 1000);

    expect(notifications.take().map(({ payload }) => payload.title)).toEqual([
      'Held: old',
    ]);
  });
});
