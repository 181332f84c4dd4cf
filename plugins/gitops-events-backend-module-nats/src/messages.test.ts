import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { messageOf, probeOf, readMessage, type Message } from './messages';

/** As a server gives back what it was given. */
const stored = (message: Message) => ({
  ...{ subject: 'one', seq: 17, delivered: 1, time: 1_700_000_000_000 },
  ...message,
});

describe('messages', () => {
  const event = incomingEvent({
    ...{ subject: ' shop/api, 100 %\n', time: '2026-11-20T08:00:00Z' },
    ...{ dataContentType: 'application/json', partitionKey: 'ключ-🔑 "a"' },
    data: Buffer.from('{"a":1}'),
    extensions: { traceparent: '00-ab-cd-01', attempt: 3, dry: false },
  });

  it('are CloudEvents in binary mode, with attributes as HTTP has them', () => {
    const { headers, payload } = messageOf(event);
    expect(Buffer.from(payload).toString()).toBe('{"a":1}');
    const texts = Object.fromEntries(
      headers.keys().map(name => [name, headers.get(name)]),
    );
    expect(texts).toMatchObject({
      ...{ 'ce-specversion': '1.0', 'ce-id': event.id, 'ce-type': event.type },
      ...{ 'ce-source': event.source, 'content-type': 'application/json' },
      'ce-subject': '%20shop/api,%20100%20%25%0A',
      ...{ 'ce-time': event.time, 'ce-attempt': '3', 'ce-dry': 'false' },
      ...{ 'ce-traceparent': '00-ab-cd-01', traceparent: '00-ab-cd-01' },
    });
    expect(decodeURIComponent(texts['ce-partitionkey'])).toBe('ключ-🔑 "a"');
    expect(texts).not.toHaveProperty('ce-dataschema');
  });

  it('are read as what was written', () => {
    const acceptedAt = 1_700_000_000_000;
    const found = readMessage(stored(messageOf(event)));
    expect(found).toEqual({ event: { ...event, acceptedAt } });
    const bare = readMessage(stored(messageOf(incomingEvent())));
    expect(bare).toMatchObject({ event: { data: undefined } });
    expect(readMessage(stored(probeOf('mark')))).toEqual({ probe: 'mark' });
  });

  it.each([
    ['no header of ours', 'gitopsevents', undefined],
    ['a header that is no JSON', 'gitopsevents', '{'],
    ['a header that lacks something', 'gitopsevents', '{}'],
    ['no id', 'ce-id', undefined],
  ])('with %s are nobody’s event, and are kept whole', (_, name, text) => {
    const message = messageOf(event);
    if (text === undefined) message.headers.delete(name);
    else message.headers.set(name, text);
    const found = readMessage(stored(message));
    expect(found).toMatchObject({ unreadable: { place: 'message 17' } });
    if (!('unreadable' in found)) throw new Error('It was read.');
    const kept = JSON.parse(Buffer.from(found.unreadable.record).toString());
    expect(Buffer.from(kept.value, 'base64').toString()).toBe('{"a":1}');
    expect(kept.headers).toMatchObject({ 'ce-source': event.source });
  });
});
