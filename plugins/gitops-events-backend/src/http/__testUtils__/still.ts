import type { EventBus } from '@gitops-events/plugin-gitops-events-node';
import type { Transport } from '../../bus/intake/brokeredBus';
import type { SourceRoom } from '../../sources/pull/EventSources';

/** A bus whose partitions are all decided, unless a test says otherwise. */
export class StillBus implements Pick<
  EventBus,
  'kind' | 'durability' | 'status'
> {
  readonly kind = 'embedded';
  readonly durability = 'disk';
  lag = 0;

  async status() {
    return [{ partition: 'registry/0', lag: this.lag }];
  }
}

/** What stands before the log of a bus with one quiet partition. */
export class StillTransport implements Transport {
  readonly unread = new Set<string>();

  health() {
    return { state: 'up' as const, since: 0 };
  }

  async intakes() {
    return [{ partition: 'memory:0', version: 1, behind: 0, unreadable: 0 }];
  }

  async mayBeUnread(uid: string) {
    return this.unread.has(uid);
  }
}

/** One source that has nothing to read. */
export const stillSources: SourceRoom = {
  views: async () => [
    {
      ...{ name: 'orders', kind: 'memory', ingress: 'registry' },
      ...{ state: 'waiting', refused: 0, partitions: [] },
    },
  ],
  waiting: async () => ({ count: 0 }),
  refused: async () => ({ items: [] }),
  refusedMessage: async number => ({
    ...{ number, source: 'orders', place: 'orders/0/1', topic: 'orders' },
    ...{ reason: 'It is no CloudEvent.', at: '2026-01-05T00:00:00Z' },
    headers: {},
  }),
};
