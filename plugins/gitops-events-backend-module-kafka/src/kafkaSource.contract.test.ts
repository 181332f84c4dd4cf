import { eventSourceContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { sourceUnderTest } from './__testUtils__/testKafka';

jest.setTimeout(60_000);

describeWithKafka('an event source on a real Kafka', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka();
  });
  afterAll(() => server.remove());

  eventSourceContract(() => sourceUnderTest(server));
});
