import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import waitForExpect from 'wait-for-expect';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { readKafkaConfig } from './config';
import { KafkaBus } from './kafkaBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const listener = 'listener.name.sasl_plaintext';
const login = 'org.apache.kafka.common.security';

describeWithKafka('a Kafka that asks who we are', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka({
      listeners:
        'SASL_PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}',
      'advertised.listeners': 'SASL_PLAINTEXT://127.0.0.1:{port}',
      'inter.broker.listener.name': 'SASL_PLAINTEXT',
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      [`${listener}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required username="broker" password="of-the-broker" user_broker="of-the-broker" user_portal="of-the-portal";`,
    });
  });
  afterAll(() => server?.remove());

  const busOf = (sasl: object) =>
    new KafkaBus(
      readKafkaConfig(
        mockServices.rootConfig({
          data: {
            gitopsEvents: {
              kafka: {
                ...{ brokers: [server.address], replicas: 1, sasl },
                defaultTopic: `test-${randomUUID()}`,
              },
            },
          },
        }),
      )!,
      mockServices.logger.mock(),
    );

  it('lets in who has the password', async () => {
    const bus = busOf({
      ...{ mechanism: 'PLAIN', username: 'portal' },
      password: 'of-the-portal',
    });
    await bus.start();
    expect(await bus.publish([incomingEvent()])).toEqual([
      { result: 'accepted' },
    ]);
    await bus.stop();
  });

  it('says where the mistake is when it is the wrong one, and tries on', async () => {
    const bus = busOf({
      ...{ mechanism: 'PLAIN', username: 'portal' },
      password: 'of-somebody-else',
    });
    const starting = bus.start();
    await waitForExpect(() =>
      expect(bus.health()).toMatchObject({
        state: 'down',
        message: 'It does not know us. See gitopsEvents.kafka.sasl.',
      }),
    );
    await expect(bus.publish([incomingEvent()])).rejects.toThrow(
      'It does not know us.',
    );
    await bus.stop();
    await starting;
  });
});
