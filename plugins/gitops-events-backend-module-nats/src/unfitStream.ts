import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';

/** A setting of a stream that would lose or hide events; the message says what to mend. */
export class UnfitStream extends Error {
  override readonly name = 'UnfitStream';
}

type Settings = StreamConfig & { persist_mode?: string };

/** What a stream must not have, why, and what to do. */
const faults: Array<[(config: Settings) => unknown, string]> = [
  [
    ({ max_age: age }) => age > 0,
    'deletes events by their age, read or not. Set its max_age to 0',
  ],
  [
    ({ discard }) => discard !== DiscardPolicy.New,
    'deletes the oldest events when it is full. Set its discard to new',
  ],
  [
    ({ retention }) => retention !== RetentionPolicy.Limits,
    'deletes events once somebody else has read them, or when nobody listens. Delete it when it is empty; it is made anew with the retention limits',
  ],
  [
    ({ storage }) => storage !== StorageType.File,
    'is kept in memory. Delete it when it is empty; it is made anew on disk',
  ],
  [
    ({ max_msgs_per_subject: most }) => most > 0,
    'keeps only so many events of a subject. Set its max_msgs_per_subject to -1',
  ],
  [
    ({ mirror }) => mirror,
    'is the mirror of another stream, so nothing can be sent to it. Delete it, or name another stream',
  ],
  [
    ({ sources }) => sources && sources.length > 0,
    'takes in what others write to other streams. Remove its sources',
  ],
  [
    ({ subject_transform: transform }) => transform,
    'stores events under other subjects. Remove its subject_transform',
  ],
  [
    ({ no_ack: silent }) => silent,
    'does not confirm what it has stored. Set its no_ack to false',
  ],
  [({ sealed }) => sealed, 'is sealed. Delete it, or name another stream'],
  [
    ({ deny_purge: denied }) => denied,
    'keeps what was taken in for ever, and is full one day. Delete it when it is empty; it is made anew without deny_purge',
  ],
  [
    ({ allow_rollup_hdrs: allowed }) => allowed,
    'lets one message delete those before it. Set its allow_rollup_hdrs to false',
  ],
  [
    ({ allow_msg_ttl: allowed }) => allowed,
    'lets messages expire one by one. Delete it when it is empty; it is made anew without allow_msg_ttl',
  ],
  [
    ({ first_seq: first }) => (first ?? 0) > 1,
    'begins at a later number than 1, as if events were lost before it. Delete it when it is empty; it is made anew',
  ],
  [
    ({ persist_mode: mode }) => mode === 'async',
    'confirms before it writes. Set its persist_mode to default',
  ],
];

/** @throws UnfitStream */
export function refuseUnfit(config: StreamConfig, subject: string): void {
  const { name, subjects } = config;
  const fault = faults.find(([has]) => has(config));
  if (fault) throw new UnfitStream(`The stream ${name} ${fault[1]}.`);
  if (subjects?.length !== 1 || subjects[0] !== subject) {
    throw new UnfitStream(
      `The stream ${name} does not hold the subject ${subject} alone. Set its subjects to that, or name another stream.`,
    );
  }
}
