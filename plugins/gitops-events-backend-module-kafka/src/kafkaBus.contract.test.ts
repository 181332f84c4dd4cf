import { eventBrokerContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { busUnderTest } from './__testUtils__/testKafka';

jest.setTimeout(60_000);

describeWithKafka('the bus on a real Kafka', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka();
  });
  afterAll(() => server.remove());

  eventBrokerContract(() => busUnderTest(server));
});
