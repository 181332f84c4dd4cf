import { mockServices } from '@backstage/backend-test-utils';
import { readKafkaConfig } from './config';
import { readSourceConfig } from './sourceConfig';

const key = 'gitopsEvents.sources.shop';
const read = (source: object, kafka?: object) => {
  const config = mockServices.rootConfig({
    data: { gitopsEvents: { sources: { shop: source }, kafka } },
  });
  return readSourceConfig(config.getConfig(key), key, readKafkaConfig(config));
};
const topics = ['orders'];
const brokers = ['one.example:9092'];
const sasl = { mechanism: 'plain', username: 'portal', password: 'secret' };

describe('the configuration of an event source on Kafka', () => {
  it('has a connection of its own, or that of the bus as a whole', () => {
    expect(read({ topics, brokers }, { brokers, sasl })).toMatchObject({
      ...{ topics, brokers, sasl: undefined, key },
    });
    expect(read({ topics, tls: true }, { brokers, sasl })).toMatchObject({
      ...{ topics, brokers, sasl, tls: undefined, key: 'gitopsEvents.kafka' },
    });
  });

  it.each<[object, object | undefined, string]>([
    [{ brokers }, undefined, 'topics'],
    [{ brokers, topics: [] }, undefined, `${key}.topics is empty`],
    [{ brokers, topics: ['a b'] }, undefined, `${key}.topics names`],
    [{ topics }, undefined, `${key}.brokers is missing`],
    [{ topics, brokers: ['one'] }, undefined, `${key}.brokers names "one"`],
    [
      { topics, brokers, sasl: { mechanism: 'gssapi' } },
      undefined,
      `${key}.sasl.mechanism is "gssapi"`,
    ],
    [
      { topics: ['gitops-events'] },
      { brokers },
      'gitops-events, which is a topic of the bus',
    ],
  ])('names the key to mend in %j beside %j', (source, kafka, message) => {
    expect(() => read(source, kafka)).toThrow(message);
  });
});
