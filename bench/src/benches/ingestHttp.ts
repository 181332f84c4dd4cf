import type { BenchRoom } from '../environment/benchRoom';
import { sendHttp } from '../load/sendHttp';
import { perSecond } from '../measure/callers';
import { interleave, type Side } from '../measure/interleave';
import { acceptPlugin } from '../ours/acceptPlugin';
import { headlessBackend, type HeadlessBackend } from '../ours/headlessBackend';
import { sampleEvent } from '../ours/sampleEvent';
import { bareBatchedInsert } from '../peers/bareBatchedInsert';
import { noopPlugin } from '../peers/noopPlugin';
import { benchRow, type BenchRow } from '../report/benchRow';

const CONNECTIONS = 32;
const CLIENTS = 8;
const BATCH = 50;
const topic = 'pushed';

const { data, dataContentType, extensions, depth, ...attributes } =
  sampleEvent(0);
const event = {
  specversion: '1.0',
  ...attributes,
  datacontenttype: dataContentType,
  data: JSON.parse(String(data)),
};

/** The same over HTTP: all routes in one backend, all senders in another process. */
export async function ingestHttp(room: BenchRoom): Promise<BenchRow[]> {
  const backend = await headlessBackend(room, {
    features: [
      acceptPlugin,
      noopPlugin,
      import('@backstage/plugin-events-backend'),
    ],
    config: { events: { http: { topics: [topic] } } },
  });
  await subscribe(backend);
  return [...(await single(room, backend)), ...(await batched(room, backend))];
}

async function single(
  room: BenchRoom,
  backend: HeadlessBackend,
): Promise<BenchRow[]> {
  const what = 'http, one event a request';
  room.log(`${what}, ${CONNECTIONS} connections`);
  const side = (name: string, route: string, contentType: string): Side => ({
    name,
    measure: () =>
      sendHttp({
        url: `${backend.url}${route}`,
        headers: { ...backend.headers, 'content-type': contentType },
        connections: CONNECTIONS,
        seconds: room.quick ? 1 : 5,
        event,
      }),
  });
  const sides = [
    side(
      'ours',
      '/api/gitops-events/v1/events',
      'application/cloudevents+json',
    ),
    side('no-op route', '/api/noop/events', 'application/cloudevents+json'),
  ];
  // On SQLite it keeps its events in memory, which is no comparison.
  if (room.postgres) {
    sides.push(
      side('Backstage events', `/api/events/http/${topic}`, 'application/json'),
    );
  }
  return rows(room, what, sides);
}

async function batched(
  room: BenchRoom,
  backend: HeadlessBackend,
): Promise<BenchRow[]> {
  const what = `http, batches of ${BATCH}`;
  room.log(`${what}, ${CLIENTS} clients`);
  const database = await room.openDatabase('bare50');
  const { insert, close } = await bareBatchedInsert(database, BATCH);
  room.atEnd(close);
  const seconds = room.quick ? 1 : 5;
  return rows(room, what, [
    {
      name: 'ours',
      measure: async () =>
        BATCH *
        (await sendHttp({
          url: `${backend.url}/api/gitops-events/v1/events`,
          headers: {
            ...backend.headers,
            'content-type': 'application/cloudevents-batch+json',
          },
          connections: CLIENTS,
          seconds,
          batch: BATCH,
          event,
        })),
    },
    {
      name: 'bare batched INSERT',
      measure: () =>
        perSecond({
          callers: 1,
          ms: seconds * 1000,
          work: async () => {
            await insert();
            return BATCH;
          },
        }),
    },
  ]);
}

async function rows(
  room: BenchRoom,
  what: string,
  sides: Side[],
): Promise<BenchRow[]> {
  const medians = await interleave(sides, {
    rounds: room.quick ? 2 : 5,
    log: room.log,
  });
  return sides.slice(1).map(({ name }) =>
    benchRow({
      what,
      unit: 'events/s',
      ours: medians.get('ours')!,
      peer: { name, value: medians.get(name)! },
    }),
  );
}

/** Without a subscriber elsewhere Backstage stores nothing. */
async function subscribe(backend: HeadlessBackend): Promise<void> {
  const response = await fetch(
    `${backend.url}/api/events/bus/v1/subscriptions/elsewhere`,
    {
      method: 'PUT',
      headers: { ...backend.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ topics: [topic] }),
    },
  );
  if (!response.ok) {
    throw new Error(`Backstage events: ${await response.text()}`);
  }
}
