import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventId } from './chaosSensor';
import { Sender } from './sender';

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) body += piece;
  return body;
}

describe('Sender', () => {
  const requests: Array<{ type: string | undefined; ids: string[] }> = [];
  const answered: string[] = [];
  let enough = () => {};
  const isEnough = new Promise<void>(done => {
    enough = done;
  });
  const server = createServer(async (request, response) => {
    const { 'content-type': type } = request.headers;
    const events = [JSON.parse(await bodyOf(request))].flat();
    const ids = events.map(({ id }) => id);
    const isFirst = !requests.some(({ ids: [id] }) => id === ids[0]);
    requests.push({ type, ids });
    if (!isFirst) answered.push(...ids);
    if (answered.length > 200) enough();
    response.writeHead(isFirst ? 503 : 202).end();
  });

  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('sends batches of one application too, and each again under its ids until it is acknowledged', async () => {
    const { port } = server.address() as AddressInfo;
    const door = { url: `http://127.0.0.1:${port}/`, headers: {} };
    const sender = new Sender({ door: () => door, pauseMs: 1 });
    await isEnough;
    await sender.stop();

    const acknowledged = sender.acknowledged.map(eventId);
    expect([...acknowledged].sort()).toEqual([...answered].sort());
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(sender.repeated).toBe(requests.length / 2);
    const numbers = (ids: string[]) =>
      ids.map(id => Number(id.replace('push-0-', '')));
    const ofOne = requests.filter(({ ids }) => ids[0].startsWith('push-0-'));
    expect(ofOne.slice(0, 4).map(({ ids }) => numbers(ids))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
    ]);
    for (const { type, ids } of requests) {
      expect(type).toBe(
        ids.length === 3
          ? 'application/cloudevents-batch+json'
          : 'application/cloudevents+json',
      );
    }
    expect(requests.some(({ ids }) => ids.length === 1)).toBe(true);
  });
});
