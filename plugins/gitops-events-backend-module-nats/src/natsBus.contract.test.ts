import { eventBrokerContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { busUnderTest } from './__testUtils__/testNats';

jest.setTimeout(60_000);

describeWithNats('the bus on a real NATS server', () => {
  let server: RealNats;
  beforeAll(async () => {
    server = await startRealNats();
  });
  afterAll(() => server.remove());

  eventBrokerContract(() => busUnderTest(server));
});
