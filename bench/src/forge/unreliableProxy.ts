import { createHash } from 'node:crypto';
import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { familyOf, type JournalEntry } from './requestJournal';

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** What came through, seen outside of whoever sent it. */
export interface RequestCount {
  /** Requests that were done and whose answer was thrown away. */
  lost: number;
  /** Requests that were sent on twice. */
  doubled: number;
  /** Those that make or change something, and those whose answer did not come through. */
  journal: JournalEntry[];
}

/**
 * A network between an engine and a forge, as bad as networks are: some answers
 * get lost after the forge has done what was asked, some requests arrive twice.
 */
export class UnreliableProxy {
  readonly count: RequestCount = { lost: 0, doubled: 0, journal: [] };
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server = createServer((request, response) => {
    this.pass(request, response).catch(() => response.destroy());
  });

  constructor(
    /** `127.0.0.1:1234` */
    private readonly forge: string,
    /** Of all requests, which part loses its answer; and of those that write, which part is doubled. */
    private share: { lost: number; doubled: number },
  ) {}

  async start(): Promise<number> {
    await new Promise<void>(done => this.server.listen(0, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on everything goes well. */
  calm(): void {
    this.share = { lost: 0, doubled: 0 };
  }

  private async pass(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const entry = entryOf(request, body);
    const writes = entry.family !== 'read';
    if (writes) this.count.journal.push(entry);
    const chance = Math.random();
    const { lost, doubled } = this.share;
    if (writes && chance >= lost && chance < lost + doubled) {
      this.count.doubled += 1;
      await this.forward(request, body);
    }
    const answer = await this.forward(request, body);
    const fate = fateOf(answer, response.destroyed, chance < lost);
    Object.assign(entry, { answer: fate, answeredAt: Date.now() });
    if (!writes && (fate === 'lost' || fate === 'gone')) {
      this.count.journal.push(entry);
    }
    if (response.destroyed) return;
    if (chance < lost) {
      this.count.lost += 1;
      response.destroy();
    } else {
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    }
  }

  private forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<Answer> {
    const { connection: _, 'transfer-encoding': __, ...passed } = headers;
    return new Promise((resolve, reject) => {
      const onward = send(
        `http://${this.forge}${url}`,
        {
          ...{ method, agent: this.agent },
          headers: { ...passed, 'content-length': body.length },
        },
        async answer => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const {
            connection: ___,
            'transfer-encoding': ____,
            ...said
          } = answer.headers;
          resolve({
            status: answer.statusCode!,
            headers: said,
            body: Buffer.concat(chunks),
          });
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }
}

function entryOf(request: IncomingMessage, body: Buffer): JournalEntry {
  return {
    at: Date.now(),
    request: `${request.method} ${request.url}`,
    digest: createHash('sha256').update(body).digest('hex'),
    family: familyOf(request, body),
  };
}

function fateOf(
  { status, body }: Answer,
  gone: boolean,
  lost: boolean,
): NonNullable<JournalEntry['answer']> {
  if (gone) return 'gone';
  if (lost) return 'lost';
  return status >= 400 || body.includes('"errors":[') ? 'refused' : 'taken';
}
