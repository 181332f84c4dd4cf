import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import type { Ingress } from '../config';
import type { ReceivedEvent } from '../sources/envelope';
import { Acceptor, eventUid, type AcceptorOptions } from './accept';
import { matchesPrincipal, principalOf, userOf } from './principal';

const ingresses: Ingress[] = [
  {
    name: 'registry',
    principals: ['external:registry'],
    sources: ['/registry', '/registry/*'],
    types: ['io.example.*'],
    entities: ['component:default/*'],
    partitions: 1,
  },
  {
    name: 'portal',
    principals: ['user:default/*', 'user:default/* via plugin:scaffolder'],
    sources: ['/portal'],
    types: ['io.example.requested'],
    entities: ['*'],
    partitions: 1,
  },
];

const received = (overrides: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  id: '1',
  source: '/registry',
  type: 'io.example.pushed',
  extensions: {},
  depth: 0,
  ...overrides,
});

class StoredEvents {
  readonly events: IncomingEvent[] = [];
  async publish(events: IncomingEvent[]) {
    this.events.push(...events);
    return events.map(() => ({ result: 'accepted' as const }));
  }
}

function acceptor(options: Partial<AcceptorOptions> = {}) {
  const bus = new StoredEvents();
  return {
    bus,
    accept: new Acceptor({
      bus,
      ingresses,
      limits: { eventBytes: 10 },
      authorizeEntity: async (_, entityRef) =>
        entityRef.endsWith('/secret')
          ? { refused: 'You may not publish for it.' }
          : { ownerRef: 'group:default/shop' },
      depthsOf: async () => new Map([['cause', 4]]),
      ...options,
    }),
  };
}

const registry = mockCredentials.service('external:registry');

async function refusal(
  event: Partial<ReceivedEvent>,
  credentials: BackstageCredentials = registry,
) {
  const { accept, bus } = acceptor();
  const [outcome] = await accept.accept({
    events: [received(event)],
    credentials,
  });
  expect(bus.events).toEqual([]);
  if (outcome.result !== 'refused') throw new Error('it was accepted');
  return outcome.refusal;
}

describe('accept', () => {
  it('adds who brought an event, by which ingress, and its uid', async () => {
    const { accept, bus } = acceptor();
    const outcomes = await accept.accept({
      events: [received({ entityRef: 'component:default/shop' })],
      credentials: registry,
    });
    const uid = eventUid('/registry', '1');
    expect(outcomes).toEqual([
      { result: 'accepted', id: '1', source: '/registry', uid },
    ]);
    expect(uid).toMatch(/^[0-9a-f]{32}$/);
    expect(bus.events).toEqual([
      {
        ...received({ entityRef: 'component:default/shop' }),
        uid,
        ingress: 'registry',
        principal: 'external:registry',
        ownerRef: 'group:default/shop',
      },
    ]);
  });

  it('stores the good events of a batch and tells the bad ones apart', async () => {
    const { accept, bus } = acceptor();
    const outcomes = await accept.accept({
      events: [
        received({ id: 'good' }),
        received({ source: '/portal' }),
        received({ data: Buffer.alloc(11) }),
        received({ id: 'good too' }),
      ],
      credentials: registry,
    });
    expect(outcomes.map(({ result }) => result)).toEqual([
      'accepted',
      'refused',
      'refused',
      'accepted',
    ]);
    expect(bus.events.map(({ id }) => id)).toEqual(['good', 'good too']);
  });

  it('refuses a source that no ingress takes', async () => {
    expect(await refusal({ source: '/unknown' })).toMatchObject({
      status: 403,
      attribute: 'source',
      detail: expect.stringContaining('gitopsEvents.ingresses'),
    });
  });

  it('refuses a source that belongs to somebody else', async () => {
    for (const credentials of [
      mockCredentials.service('external:other'),
      mockCredentials.service('plugin:registry'),
      mockCredentials.user('user:default/ana'),
    ]) {
      expect(await refusal({}, credentials)).toMatchObject({
        status: 403,
        attribute: 'source',
        detail: expect.stringContaining('ingresses.registry.principals'),
      });
    }
  });

  it('refuses a type and an entity that were not granted', async () => {
    expect(await refusal({ type: 'io.other' })).toMatchObject({
      status: 403,
      attribute: 'type',
    });
    expect(await refusal({ entityRef: 'system:default/shop' })).toMatchObject({
      status: 403,
      attribute: 'entityref',
    });
  });

  it('refuses an entity that the person may not publish for', async () => {
    expect(
      await refusal(
        {
          source: '/portal',
          type: 'io.example.requested',
          entityRef: 'component:default/secret',
        },
        mockCredentials.user('user:default/ana'),
      ),
    ).toEqual({
      status: 403,
      attribute: 'entityref',
      detail: 'You may not publish for it.',
    });
  });

  it('refuses a payload that is too large', async () => {
    expect(await refusal({ data: Buffer.alloc(11) })).toMatchObject({
      status: 413,
      attribute: 'data',
    });
  });

  it.each([
    ['as sent', { depth: 2 }, 2],
    ['as sent, of an unknown cause', { depth: 2, causationId: 'other' }, 2],
    ['raised above its cause', { causationId: 'cause' }, 5],
    ['as sent, when higher', { depth: 7, causationId: 'cause' }, 7],
  ])('keeps the depth %s', async (_, event, depth) => {
    const { accept, bus } = acceptor();
    await accept.accept({ events: [received(event)], credentials: registry });
    expect(bus.events[0].depth).toBe(depth);
  });

  it('never says accepted when the bus cannot say so', async () => {
    const { accept } = acceptor({
      bus: {
        publish: async () => {
          throw new Error('connection lost');
        },
      },
    });
    await expect(
      accept.accept({ events: [received()], credentials: registry }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });

  it('tells those to come again whose cause cannot be looked up', async () => {
    const { accept } = acceptor({
      depthsOf: async () => {
        throw new Error('connection lost');
      },
    });
    const events = [received({ causationId: 'cause' })];
    await expect(
      accept.accept({ events, credentials: registry }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });

  it('refuses nobody', async () => {
    const { accept } = acceptor();
    await expect(
      accept.accept({ events: [], credentials: mockCredentials.none() }),
    ).rejects.toMatchObject({ name: 'AuthenticationError' });
  });
});

describe('a principal', () => {
  it('is named in the words of the configuration', () => {
    const { service, user } = mockCredentials;
    expect(principalOf(service('plugin:scaffolder'))).toBe('plugin:scaffolder');
    expect(principalOf(service('registry'))).toBe('external:registry');
    expect(principalOf(user('user:default/ana'))).toBe('user:default/ana');
    expect(
      principalOf(
        user('user:default/ana', { actor: { subject: 'plugin:scaffolder' } }),
      ),
    ).toBe('user:default/ana via plugin:scaffolder');
  });

  it.each([
    ['user:default/*', 'user:default/ana', true],
    ['user:default/*', 'user:default/ana via plugin:scaffolder', false],
    ['user:default/* via plugin:scaffolder', 'user:default/ana', false],
    [
      'user:default/* via plugin:scaffolder',
      'user:default/ana via plugin:scaffolder',
      true,
    ],
    [
      'user:default/* via plugin:scaffolder',
      'user:default/ana via plugin:other',
      false,
    ],
    ['*', 'user:default/ana via plugin:scaffolder', false],
    ['external:registry', 'external:registry2', false],
  ])('"%s" means "%s": %s', (pattern, principal, meant) => {
    expect(matchesPrincipal(pattern, principal)).toBe(meant);
  });

  it('may be a person', () => {
    expect(userOf('user:default/ana via plugin:scaffolder')).toBe(
      'user:default/ana',
    );
    expect(userOf('plugin:scaffolder')).toBeUndefined();
  });
});
