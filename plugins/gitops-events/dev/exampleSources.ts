import type {
  RefusedMessageDetail,
  SourceView,
} from '@gitops-events/plugin-gitops-events-common';

const minute = 60_000;

/** One source that is stopped, two that wait, and one that reads. */
export function exampleSources(now: number): SourceView[] {
  const ago = (minutes: number) =>
    new Date(now - minutes * minute).toISOString();
  const orders = (number: number, offset: number) => ({
    partition: `shop.orders:${number}`,
    version: 4 + number,
    position: JSON.stringify({ offset: String(offset) }),
  });
  return [
    {
      ...{ name: 'builds', kind: 'nats', ingress: 'builds', state: 'reading' },
      refused: 1,
      partitions: [
        {
          ...{ partition: 'BUILDS', version: 2, behind: 0 },
          position: JSON.stringify({ seq: 48_211 }),
          lastMessageAt: ago(0.3),
        },
      ],
    },
    {
      ...{ name: 'payments', kind: 'kafka', ingress: 'payments' },
      ...{ state: 'waiting', refused: 0 },
      trouble: 'payments.settled: No broker answers. It is tried on.',
      partitions: [
        {
          ...{ partition: 'payments.settled:0', version: 1 },
          position: JSON.stringify({ offset: '5102' }),
          lastMessageAt: ago(31),
          trouble: {
            message: 'payments.settled: No broker answers. It is tried on.',
            since: ago(31),
          },
        },
      ],
    },
    {
      ...{ name: 'shop-orders', kind: 'kafka', ingress: 'orders' },
      ...{ state: 'stopped', refused: 4 },
      partitions: [
        { ...orders(0, 88_412), behind: 0, lastMessageAt: ago(0.2) },
        {
          ...{ ...orders(1, 70_104), behind: 1_204, lastMessageAt: ago(214) },
          stopped: {
            message:
              'Records 70104 to 71211 of the topic shop.orders were deleted before they were read.',
            since: ago(12),
          },
        },
        { ...orders(2, 91_377), behind: 12, lastMessageAt: ago(0.1) },
      ],
    },
    {
      ...{ name: 'warehouse', kind: 'kafka', ingress: 'warehouse' },
      ...{ state: 'waiting', refused: 0 },
      partitions: [
        {
          ...{ partition: 'warehouse.stock:0', version: 1, behind: 1_840 },
          position: JSON.stringify({ offset: '12044' }),
          lastMessageAt: ago(4),
          trouble: {
            message:
              '5000 events of the ingress warehouse wait to be decided already (gitopsEvents.ingresses.warehouse.maxUndecided).',
            since: ago(4),
          },
        },
        {
          ...{ partition: 'warehouse.old:0', version: 1 },
          position: JSON.stringify({ offset: '310' }),
          lastMessageAt: ago(9_000),
          retired: {
            message:
              'The configuration no longer names it. Its position is kept: named again, it is read on from there.',
          },
        },
      ],
    },
  ];
}

const longLog = JSON.stringify({
  build: 91,
  log: Array.from({ length: 60 }, (_, at) => `step ${at + 1}: ok`),
});

/** What two of them refused. */
export function exampleRefused(now: number): RefusedMessageDetail[] {
  const ago = (minutes: number) =>
    new Date(now - minutes * minute).toISOString();
  const order = (number: number, minutes: number, value: object) => ({
    ...{ number, source: 'shop-orders', topic: 'shop.orders' },
    place: `shop.orders/0/${88_290 + number}`,
    reason: '`map.type`: there is no `value.kind`.',
    ...{ at: ago(minutes), sentAt: ago(minutes + 0.02) },
    key: `order-${7_300 + number}`,
    headers: { 'content-type': 'application/json', 'x-shop': 'eu-1' },
    excerpt: JSON.stringify(value),
    ...{ bytes: JSON.stringify(value).length, isCut: false },
  });
  return [
    {
      ...{ number: 9, source: 'shop-orders', topic: 'shop.orders' },
      ...{ place: 'shop.orders/2/91207', at: ago(190), sentAt: ago(190) },
      reason: '`map.source`: there is no `value.order`.',
      headers: {},
      excerpt: 'ping from shop-eu-1, token=••••••',
      ...{ bytes: 39, isCut: false },
    },
    order(11, 46, {
      order: { id: 7_311, total: '18.20' },
      customer: { name: 'Kim', token: '••••••' },
    }),
    order(12, 44, { order: { id: 7_312, total: '4.90' } }),
    order(14, 41, { order: { id: 7_314, total: '112.00' } }),
    {
      ...{ number: 15, source: 'builds', topic: 'builds.finished' },
      ...{ place: 'BUILDS/48190', at: ago(17), sentAt: ago(17) },
      reason:
        'type: The ingress builds is not granted the type internal.debug. Grant it in gitopsEvents.ingresses.builds.types, or discard it.',
      headers: {
        'ce-specversion': '1.0',
        'ce-type': 'internal.debug',
        'ce-source': '/ci/main',
      },
      excerpt: `${longLog.slice(0, 300)}…`,
      ...{ bytes: longLog.length, isCut: true, content: longLog },
    },
  ];
}
