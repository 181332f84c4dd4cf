import type { SourceView } from './source';
import { ailingSources, statusOfSource } from './sourceStatus';

type Partition = SourceView['partitions'][number];

const at = (minute: number) => `2026-01-05T10:0${minute}:00.000Z`;
const partition = (
  number: number,
  more: Partial<Partition> = {},
): Partition => ({
  ...{ partition: `orders:${number}`, version: 1, position: '7', ...more },
});
const lost = (minute: number) => ({
  stopped: { message: 'Records 4 to 9 were deleted.', since: at(minute) },
});
const full = (minute: number) => ({
  trouble: { message: 'Its ingress is full.', since: at(minute) },
});
const source = (
  name: string,
  state: SourceView['state'],
  more: Partial<SourceView>,
): SourceView => ({
  ...{ name, kind: 'kafka', ingress: 'orders', state, refused: 0 },
  ...{ partitions: [], ...more },
});

const reading = source('a', 'reading', { partitions: [partition(0)] });
const beginning = source('b', 'waiting', {});
const waiting = source('c', 'waiting', {
  trouble: 'The brokers do not answer.',
  partitions: [partition(0, full(3)), partition(1, full(2))],
});
const stopped = source('d', 'stopped', {
  partitions: [
    partition(0, lost(2)),
    partition(1),
    partition(2, lost(1)),
    partition(3, full(0)),
    partition(4, { ...lost(0), retired: { message: 'No longer named.' } }),
  ],
});

it.each([
  [reading, 'Reading', 'Its one partition is read.'],
  [
    { ...reading, partitions: [partition(0), partition(1)] },
    'Reading',
    'All of its 2 partitions are read.',
  ],
  [beginning, 'Waiting', 'It begins: its partitions are not known yet.'],
  [waiting, 'Waiting', 'The brokers do not answer. Its ingress is full.'],
  [
    { ...stopped, partitions: [partition(1, lost(1))] },
    'Stopped',
    'Messages were lost in orders:1. Nothing more is read from it until somebody says from where.',
  ],
  [
    stopped,
    'Stopped',
    'Messages were lost in 2 partitions. Nothing more is read from them until somebody says from where.',
  ],
])('%j', (given, word, sentence) =>
  expect(statusOfSource(given)).toMatchObject({ word, sentence }),
);

it('tells which sources need a look, since when, and what stands still first', () => {
  expect(
    ailingSources([reading, beginning, waiting, stopped]).map(
      ({ name, since }) => [name, since],
    ),
  ).toEqual([
    ['d', at(1)],
    ['b', undefined],
    ['c', at(2)],
  ]);
});
