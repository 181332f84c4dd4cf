import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server, and lets a message for a subject get lost. */
export interface DroppingProxy {
  address: string;
  /** Of what is sent to the subject from now on, the one of that number (from 1) does not arrive; once. */
  drop(subject: string, number: number): void;
  /** How many were lost. */
  dropped(): number;
  close(): Promise<void>;
}

export async function startDroppingProxy(
  target: string,
): Promise<DroppingProxy> {
  const [host, port] = target.split(':');
  const sockets = new Set<Socket>();
  let wanted: { subject: string; number: number } | undefined;
  let dropped = 0;
  const isLost = (frame: Frame) => {
    if (!wanted || frame.subject !== wanted.subject) return false;
    wanted.number -= 1;
    if (wanted.number > 0) return false;
    wanted = undefined;
    dropped += 1;
    return true;
  };
  const server = createServer(client => {
    const upstream = connect(Number(port), host);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
    upstream.pipe(client);
    let rest = Buffer.alloc(0);
    client.on('data', chunk => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
        if (!isLost(frame)) upstream.write(rest.subarray(0, frame.bytes));
        rest = rest.subarray(frame.bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop: (subject, number) => {
      wanted = { subject, number };
    },
    dropped: () => dropped,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

interface Frame {
  /** With its payload. */
  bytes: number;
  /** Undefined: it is no message. */
  subject?: string;
}

/** A line, and after that of a message as many bytes as its last word says; undefined while it is not whole. */
function firstFrame(buffer: Buffer): Frame | undefined {
  const end = buffer.indexOf('\r\n');
  if (end < 0) return undefined;
  const words = buffer.subarray(0, end).toString().split(/\s+/);
  if (!/^H?PUB$/i.test(words[0])) return { bytes: end + 2 };
  const bytes = end + 2 + Number(words[words.length - 1]) + 2;
  return buffer.length < bytes ? undefined : { bytes, subject: words[1] };
}
