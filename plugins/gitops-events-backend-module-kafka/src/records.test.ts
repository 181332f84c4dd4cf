import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { FetchedRecord } from './cluster';
import { probeOf, readRecord, recordOf } from './records';

/** As a broker gives back what it was given. */
function stored({ key, value, headers }: ReturnType<typeof recordOf>) {
  const bytes = (text: unknown) => Buffer.from(String(text));
  return {
    ...{ offset: '17', timestamp: '1700000000000' },
    key: key ? bytes(key) : null,
    value: value as Buffer | null,
    headers: Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, text]) => [name, bytes(text)]),
    ),
  } satisfies FetchedRecord;
}

describe('records', () => {
  const event = incomingEvent({
    ...{ subject: 'shop/api', time: '2026-11-20T08:00:00Z' },
    ...{ dataContentType: 'application/json', partitionKey: 'ключ' },
    data: Buffer.from('{"a":1}'),
    extensions: { traceparent: '00-ab-cd-01', attempt: 3, dry: false },
  });

  it('are CloudEvents in binary mode, with the partition key as the key', () => {
    const { key, value, headers } = recordOf(event);
    expect({ key, value: String(value) }).toEqual({
      ...{ key: 'ключ', value: '{"a":1}' },
    });
    expect(headers).toMatchObject({
      ...{ ce_specversion: '1.0', ce_id: event.id, ce_type: event.type },
      ...{ ce_source: event.source, ce_subject: 'shop/api' },
      ...{ ce_time: event.time, 'content-type': 'application/json' },
      ...{ ce_partitionkey: 'ключ', ce_attempt: '3', ce_dry: 'false' },
      ...{ ce_traceparent: '00-ab-cd-01', traceparent: '00-ab-cd-01' },
    });
    expect(headers).not.toHaveProperty('ce_dataschema');
  });

  it('are read as what was written', () => {
    const acceptedAt = 1_700_000_000_000;
    const found = readRecord(stored(recordOf(event)));
    expect(found).toEqual({ event: { ...event, acceptedAt } });
    expect(readRecord(stored(probeOf('mark')))).toEqual({ probe: 'mark' });
  });

  it.each([
    ['no header of ours', { gitopsevents: undefined }],
    ['a header that is no JSON', { gitopsevents: Buffer.from('{') }],
    ['a header that lacks something', { gitopsevents: Buffer.from('{}') }],
    ['no id', { ce_id: undefined }],
  ])('with %s are nobody’s event, and are kept whole', (_, headers) => {
    const record = stored(recordOf(event));
    const found = readRecord({
      ...record,
      headers: { ...record.headers, ...headers },
    });
    expect(found).toMatchObject({ unreadable: { place: 'offset 17' } });
    if (!('unreadable' in found)) throw new Error('It was read.');
    const kept = JSON.parse(Buffer.from(found.unreadable.record).toString());
    expect(Buffer.from(kept.value, 'base64').toString()).toBe('{"a":1}');
    expect(kept.headers).toMatchObject({ ce_source: event.source });
  });
});
