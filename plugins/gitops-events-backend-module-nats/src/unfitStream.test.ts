import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { refuseUnfit } from './unfitStream';

const good = {
  ...{ name: 'one-0', subjects: ['one.0'], max_age: 0 },
  ...{ retention: RetentionPolicy.Limits, storage: StorageType.File },
  ...{ discard: DiscardPolicy.New, max_msgs_per_subject: -1, num_replicas: 1 },
} as StreamConfig;
const check = (settings: object) =>
  refuseUnfit({ ...good, ...settings }, 'one.0');

it('takes a stream as we make it, also one that is bounded or copied elsewhere', () => {
  for (const settings of [
    {},
    { max_bytes: 1, max_msgs: 1, max_msg_size: 1, num_replicas: 5 },
    { republish: { src: '>', dest: 'copy.>' }, first_seq: 1 },
  ]) {
    expect(() => check(settings)).not.toThrow();
  }
});

it.each([
  [{ max_age: 1 }, 'Set its max_age to 0.'],
  [{ discard: DiscardPolicy.Old }, 'Set its discard to new.'],
  [{ retention: RetentionPolicy.Interest }, 'once somebody else has read'],
  [{ retention: RetentionPolicy.Workqueue }, 'once somebody else has read'],
  [{ storage: StorageType.Memory }, 'is kept in memory.'],
  [{ max_msgs_per_subject: 1 }, 'Set its max_msgs_per_subject to -1.'],
  [{ mirror: { name: 'other' } }, 'is the mirror of another stream'],
  [{ sources: [{ name: 'other' }] }, 'Remove its sources.'],
  [{ subject_transform: { src: '>', dest: 'a.>' } }, 'other subjects'],
  [{ no_ack: true }, 'Set its no_ack to false.'],
  [{ sealed: true }, 'is sealed.'],
  [{ deny_purge: true }, 'is full one day.'],
  [{ allow_rollup_hdrs: true }, 'Set its allow_rollup_hdrs to false.'],
  [{ allow_msg_ttl: true }, 'expire one by one.'],
  [{ first_seq: 2 }, 'begins at a later number'],
  [{ persist_mode: 'async' }, 'confirms before it writes.'],
  [{ subjects: ['one.0', 'two'] }, 'does not hold the subject one.0 alone.'],
  [{ subjects: ['one.*'] }, 'does not hold the subject one.0 alone.'],
])(
  'refuses a stream that would lose or hide events: %j',
  (settings, message) => {
    expect(() => check(settings)).toThrow(message);
  },
);
