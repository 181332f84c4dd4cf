import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import request from 'supertest';
import waitForExpect from 'wait-for-expect';
import { bodyOfStranger } from './bodyOfStranger';
import { problemHandler } from './problem';
import { silentLogger } from '../__testUtils__/testLogger';

describe('the body of a stranger', () => {
  let server: Server;
  let sockets: Socket[];

  const listen = async (withinMs: number) => {
    sockets = [];
    const app = express()
      .post(
        '/',
        bodyOfStranger({ maxBytes: 100, atOnce: 2, withinMs }),
        (asked, response) => {
          response.json({ length: asked.body.length });
        },
      )
      .use(problemHandler(silentLogger()));
    server = createServer(app);
    await new Promise<void>(done => {
      server.listen(0, '127.0.0.1', done);
    });
  };
  afterEach(async () => {
    sockets.forEach(socket => socket.destroy());
    await new Promise(done => {
      server.close(done);
    });
  });

  /** Promises a body of so many bytes, and sends none. What it is answered is collected. */
  const promise = (bytes: number) => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    const answer = { text: '', closed: false };
    socket.on('data', data => {
      answer.text += data.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      answer.closed = true;
    });
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: ${bytes}\r\n\r\n`,
    );
    return answer;
  };
  const send = (body: string) =>
    request(server).post('/').type('text/plain').send(body);

  it('is read as sent', async () => {
    await listen(60_000);
    await send('hello').expect(200, { length: 5 });
    await send('x'.repeat(101)).expect(413);
  });

  it('is refused by its announced size, before any of it came', async () => {
    await listen(60_000);
    const answer = promise(101);
    await waitForExpect(() => expect(answer.text).toContain(' 413 '));
  });

  it('is not read while too many others are, who do not stay for ever', async () => {
    await listen(2_000);
    const slow = [promise(5), promise(5)];
    await waitForExpect(async () => {
      const refused = await send('hello');
      expect([refused.status, refused.headers['retry-after']]).toEqual([
        503,
        '1',
      ]);
    });
    await waitForExpect(() => {
      for (const { text, closed } of slow) {
        expect(text).toContain(' 408 ');
        expect(closed).toBe(true);
      }
    }, 10_000);
    await send('hello').expect(200);
  });

  it('gives its place back when the sender goes', async () => {
    await listen(60_000);
    promise(5);
    promise(5);
    await waitForExpect(async () => {
      expect((await send('hello')).status).toBe(503);
    });
    sockets.forEach(socket => socket.destroy());
    await waitForExpect(async () => {
      expect((await send('hello')).status).toBe(200);
    });
  });
});
