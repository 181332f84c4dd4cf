import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a broker, which may seem to hang. */
export interface HoldingProxy {
  address: string;
  /** Who connects from now on is not answered; who is connected goes on. */
  hold(): void;
  /** Sends away who waits, and answers again. */
  release(): void;
  close(): Promise<void>;
}

export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  const [host, port] = target.split(':');
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  let isHolding = false;
  const server = createServer(client => {
    sockets.add(client);
    client.on('error', () => {});
    if (isHolding) {
      held.add(client);
      return;
    }
    const upstream = connect(Number(port), host);
    sockets.add(upstream);
    upstream.on('error', () => {});
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      isHolding = true;
    },
    release: () => {
      isHolding = false;
      for (const socket of held) socket.destroy();
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
