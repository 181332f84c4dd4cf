import { mockServices } from '@backstage/backend-test-utils';
import { readNatsConfig } from './config';
import { readSourceConfig } from './sourceConfig';

const key = 'gitopsEvents.sources.shop';
const read = (source: object, nats?: object) => {
  const config = mockServices.rootConfig({
    data: { gitopsEvents: { sources: { shop: source }, nats } },
  });
  return readSourceConfig(config.getConfig(key), key, readNatsConfig(config));
};
const stream = 'ORDERS';
const servers = ['one.example:4222'];
const auth = { token: 'secret' };

describe('the configuration of an event source on NATS', () => {
  it('has a connection of its own, or that of the bus as a whole', () => {
    expect(read({ stream, servers }, { servers, auth })).toMatchObject({
      ...{ stream, subjects: [], servers, auth: undefined, key },
    });
    const subjects = ['orders.*.placed', 'orders.returned.>', '*', '>'];
    expect(read({ stream, subjects }, { servers, auth })).toMatchObject({
      ...{ stream, subjects, servers, auth, key: 'gitopsEvents.nats' },
    });
  });

  it.each<[object, object | undefined, string]>([
    [{ servers }, undefined, 'stream'],
    [{ servers, stream: 'a.b' }, undefined, `${key}.stream names`],
    [{ stream }, undefined, `${key}.servers is missing`],
    [{ stream, servers: ['one'] }, undefined, `${key}.servers has an entry`],
    [{ stream, servers, auth: {} }, undefined, `${key}.auth takes one of`],
    [
      { stream: 'gitops-events-0' },
      { servers },
      'gitops-events-0, which is a stream of the bus',
    ],
    ...['a..b', 'a.>.b', '>.b', 'a.b>', 'a.>b', 'a*.b', 'a.*b'].map(
      (subject): [object, undefined, string] => [
        { stream, servers, subjects: [subject] },
        undefined,
        `${key}.subjects names "${subject}"`,
      ],
    ),
  ])('names the key to mend in %j beside %j', (source, nats, message) => {
    expect(() => read(source, nats)).toThrow(message);
  });
});
