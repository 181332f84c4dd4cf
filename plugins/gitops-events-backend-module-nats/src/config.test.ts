import { mockServices } from '@backstage/backend-test-utils';
import { readNatsConfig } from './config';

const read = (nats?: object) =>
  readNatsConfig(mockServices.rootConfig({ data: { gitopsEvents: { nats } } }));
const servers = ['one.example:4222'];

describe('the configuration of NATS', () => {
  it('is not there where nothing is said', () => {
    expect(read()).toBeUndefined();
  });

  it('has what most want where little is said', () => {
    expect(read({ servers })).toEqual({
      ...{ servers, name: 'gitops-events', replicas: undefined },
      ...{ maxBytes: 1_073_741_824, retentionDays: 7 },
      ...{ tls: undefined, auth: undefined },
      streams: [{ stream: 'gitops-events', types: ['*'], partitions: 3 }],
    });
    expect(read({ servers, tls: true })).toMatchObject({ tls: {} });
    expect(
      read({ servers, tls: { ca: 'pem', handshakeFirst: true } })!.tls,
    ).toEqual({ ca: 'pem', handshakeFirst: true });
  });

  it('takes the first stream whose types match, each with its partitions', () => {
    const streams = [
      { stream: 'docker-events', types: ['io.docker.*'], partitions: 5 },
      { stream: 'git-events', types: ['com.github.*', 'com.gitlab.*'] },
    ];
    expect(read({ servers, streams, partitions: 2 })!.streams).toEqual([
      streams[0],
      { ...streams[1], partitions: 2 },
      { stream: 'gitops-events', types: ['*'], partitions: 2 },
    ]);
  });

  it.each([
    [{ servers: ['one.example'] }, 'gitopsEvents.nats.servers has an entry'],
    [{ servers: ['me:secret@one:4222'] }, 'no host and port'],
    [{ servers, defaultStream: 'a.b' }, 'names the stream "a.b"'],
    [{ servers, partitions: 0 }, 'partitions is 0'],
    [{ servers, replicas: 1.5 }, 'replicas is 1.5'],
    [{ servers, auth: {} }, 'gitopsEvents.nats.auth takes one of'],
    [
      { servers, auth: { token: 'a', nkeySeed: 'b' } },
      'gitopsEvents.nats.auth takes one of',
    ],
  ])('names the key to mend in %j, and no secret', (nats, message) => {
    expect(() => read(nats)).toThrow(message);
    expect(() => read(nats)).not.toThrow('secret');
  });
});
