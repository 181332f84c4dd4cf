import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { main } from '../main';

/** A portal that keeps stops and says what it was asked. */
class Portal {
  readonly stops: Array<Record<string, any>> = [];
  readonly asked: string[] = [];
  private readonly server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    this.asked.push(`${request.method} ${request.url} ${text}`);
    const answer = (status: number, body: object) => {
      const type = status < 300 ? 'json' : 'problem+json';
      response.writeHead(status, { 'content-type': `application/${type}` });
      response.end(JSON.stringify(body));
    };
    if (request.method === 'GET') {
      answer(200, { items: this.stops });
    } else if (request.url!.endsWith('/lift')) {
      answer(200, this.stops.pop()!);
    } else if (this.stops.length > 0) {
      const detail = 'All writing is stopped already, by user:default/ana: x';
      answer(409, {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail,
      });
    } else {
      this.stops.push({
        ...JSON.parse(text),
        id: '5d0f1c8e5d0f1c8e5d0f1c8e5d0f1c8e',
        by: 'user:default/pia',
        at: '2026-01-05T10:00:00.000Z',
        version: 1,
      });
      answer(200, this.stops[0]);
    }
  });

  async start() {
    await new Promise<void>(done => {
      this.server.listen(0, '127.0.0.1', done);
    });
    process.env.GITOPS_EVENTS_URL = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    process.env.GITOPS_EVENTS_TOKEN = 'token';
  }

  stop = () => new Promise(done => this.server.close(done));
}

describe('stop, stops, go', () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = new Portal();
    await portal.start();
  });
  afterEach(() => portal.stop());

  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const code = await main(args, { print, complain: print });
    return { code, said: lines.join('\n') };
  };

  it('stops, tells, and lets go on by the first letters of the id', async () => {
    expect(await run('stops')).toEqual({
      code: 0,
      said: 'Nothing is stopped.',
    });
    expect(await run('stop', '--tenant', 'acme', '--reason', 'Wait')).toEqual({
      code: 0,
      said: 'Writing for tenant acme is stopped (5d0f1c8e).',
    });
    expect(await run('stops')).toEqual({
      code: 1,
      said: '5d0f1c8e  Writing for tenant acme is stopped by pia since 2026-01-05T10:00:00.000Z: Wait',
    });
    expect(await run('go', '5d0f', '--comment', 'Done')).toEqual({
      code: 0,
      said: 'Writing for tenant acme goes on (5d0f1c8e).',
    });
    expect(portal.asked.filter(call => call.startsWith('POST'))).toEqual([
      'POST /api/gitops-events/v1/stops {"scope":{"kind":"tenant","name":"acme"},"reason":"Wait"}',
      'POST /api/gitops-events/v1/stops/5d0f1c8e5d0f1c8e5d0f1c8e5d0f1c8e/lift {"version":1,"comment":"Done"}',
    ]);
  });

  it('says what the portal refuses, and what is missing', async () => {
    expect(await run('stop')).toEqual({
      code: 2,
      said: 'Say why, with --reason.',
    });
    expect(
      await run('stop', '--tenant', 'a', '--cluster', 'b', '--reason', 'x'),
    ).toEqual({
      code: 2,
      said: 'Stop one thing at a time: --cluster or --tenant.',
    });
    await run('stop', '--reason', 'x');
    expect(await run('stop', '--reason', 'x')).toEqual({
      code: 2,
      said: 'All writing is stopped already, by user:default/ana: x',
    });
    expect((await run('go', '77', '--comment', 'x')).said).toBe(
      'No stop in force begins with "77"; see gitops-events stops.',
    );
  });
});
