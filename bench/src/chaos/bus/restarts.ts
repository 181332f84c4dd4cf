import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

/** A cluster has chosen others for what a server led by then. */
const ELECTED_MS = 8_000;

/** A server of the broker dies and comes back on what it had; in a cluster the next one does so then. */
export const brokerKill: Disturbance = {
  name: 'brokerKill',
  quick: ['kafka', 'nats'],
  cannot: async ({ broker }) => (broker ? undefined : 'there is no broker'),
  async disturb({ broker, room }) {
    const { servers } = broker!;
    const times = room.quick ? 1 : 3;
    for (let n = 0; n < times; n++) {
      if (n > 0) await pause(2_000);
      const server = servers[n % servers.length];
      await server.kill();
      // Others take over meanwhile, where there are some.
      await pause(servers.length > 1 ? ELECTED_MS : 1_000 * n);
      await server.start();
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
