import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

/** The broker dies and comes back on what it had. */
export const brokerKill: Disturbance = {
  name: 'brokerKill',
  quick: ['kafka', 'nats'],
  cannot: async ({ broker }) => (broker ? undefined : 'there is no broker'),
  async disturb({ broker, room }) {
    const times = room.quick ? 1 : 3;
    for (let n = 0; n < times; n++) {
      if (n > 0) await pause(2_000);
      await broker!.kill();
      await pause(1_000 * n);
      await broker!.start();
    }
    return { brokerKill: times };
  },
};

/** PostgreSQL ends as it does when the power goes, and recovers from its log. */
export const databaseRestart: Disturbance = {
  name: 'databaseRestart',
  quick: ['postgres'],
  cannot: async ({ room }) =>
    room.postgres ? undefined : 'SQLite has no server',
  async disturb({ room }) {
    const times = room.quick ? 1 : 3;
    for (let n = 0; n < times; n++) {
      if (n > 0) await pause(2_000);
      await room.postgres!.crash();
      await pause(1_000 * n);
      await room.postgres!.start();
    }
    return { databaseRestart: times };
  },
};
