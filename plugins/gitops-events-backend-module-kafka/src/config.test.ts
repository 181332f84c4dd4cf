import { mockServices } from '@backstage/backend-test-utils';
import { firstForType } from '@gitops-events/plugin-gitops-events-node';
import { readKafkaConfig } from './config';
import { durabilityOf, type TopicState } from './topicState';

const read = (kafka?: object) =>
  readKafkaConfig(
    mockServices.rootConfig({ data: { gitopsEvents: { kafka } } }),
  );
const brokers = ['one.example:9092'];

describe('the configuration of Kafka', () => {
  it('is not there where nothing is said', () => {
    expect(read()).toBeUndefined();
  });

  it('has what most want where little is said', () => {
    expect(read({ brokers })).toMatchObject({
      ...{ brokers, replicas: 3, retentionDays: 7, tls: undefined },
      topics: [{ topic: 'gitops-events', types: ['*'], partitions: 3 }],
    });
    expect(read({ brokers, tls: true })).toMatchObject({ tls: {} });
  });

  it.each([
    [{ brokers: ['one.example'] }, 'gitopsEvents.kafka.brokers names'],
    [{ brokers, defaultTopic: 'a b' }, 'names the topic "a b"'],
    [
      { brokers, sasl: { mechanism: 'gssapi' } },
      'gitopsEvents.kafka.sasl.mechanism is "gssapi"',
    ],
  ])('names the key to mend in %j', (kafka, message) => {
    expect(() => read(kafka)).toThrow(message);
  });

  it('takes the first topic whose types match', () => {
    const { topics } = read({
      brokers,
      topics: [
        { topic: 'images', types: ['io.docker.*', 'io.harbor.pushed'] },
        { topic: 'docker', types: ['io.docker.push'] },
      ],
    })!;
    expect(
      ['io.docker.push', 'io.harbor.pushed', 'io.harbor.pushed.not'].map(
        type => firstForType(type, topics)?.topic,
      ),
    ).toEqual(['images', 'images', 'gitops-events']);
  });
});

it('calls replicated only what several brokers confirm, in each topic', () => {
  const good: TopicState = {
    ...{ topic: 'one', partitions: [0], replicas: 3, minInSync: 2 },
    ...{ unclean: false, keptMs: undefined, keptBytes: undefined },
  };
  expect(durabilityOf([good])).toBe('replicated');
  for (const less of [{ replicas: 2 }, { minInSync: 1 }, { unclean: true }]) {
    expect(durabilityOf([good, { ...good, ...less }])).toBe('relaxed');
  }
});
