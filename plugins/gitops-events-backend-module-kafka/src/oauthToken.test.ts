import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tokenProvider } from './oauthToken';

describe('tokens for Kafka', () => {
  let server: Server;
  const asked: Array<{ authorization?: string; body: string }> = [];
  let answer: { status: number; body: object };
  beforeEach(async () => {
    asked.length = 0;
    server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const provider = () =>
    tokenProvider({
      mechanism: 'oauthbearer',
      tokenUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ...{ clientId: 'portal', clientSecret: 'a:b', scope: 'kafka' },
    });

  it('are asked for once while they are good', async () => {
    const body = { access_token: 'token one', expires_in: 3_600 };
    answer = { status: 200, body };
    const token = provider();
    expect(await token()).toMatchObject({ value: 'token one' });
    expect(await token()).toMatchObject({ value: 'token one' });
    expect(asked).toEqual([
      {
        authorization: `Basic ${Buffer.from('portal:a%3Ab').toString('base64')}`,
        body: 'grant_type=client_credentials&scope=kafka',
      },
    ]);
  });

  it('are asked for again when they are about to end', async () => {
    answer = { status: 200, body: { access_token: 'one', expires_in: 30 } };
    const token = provider();
    await token();
    answer = { status: 200, body: { access_token: 'two', expires_in: 30 } };
    expect(await token()).toMatchObject({ value: 'two' });
  });

  it('say where to look when there is none', async () => {
    answer = { status: 401, body: { error: 'invalid_client' } };
    await expect(provider()()).rejects.toThrow(
      /answered 401\. See gitopsEvents\.kafka\.sasl\./,
    );
  });
});
