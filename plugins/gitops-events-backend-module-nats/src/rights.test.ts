import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { testConfig } from './__testUtils__/testNats';
import { NatsBus } from './natsBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

/** The lines of the documentation that people copy. */
async function documentedRights(): Promise<string> {
  const docs = path.join(__dirname, '../../../docs/nats.md');
  const text = await readFile(docs, 'utf8');
  return /```conf\n(permissions[^`]*)```/.exec(text)![1];
}

describeWithNats('the rights that docs/nats.md lists', () => {
  let server: RealNats;
  const start = async (permissions: string) => {
    server = await startRealNats(
      `authorization { users: [ { user: portal, password: p, ${permissions} } ] }`,
    );
  };
  afterEach(() => server.remove());
  const portal = () =>
    new NatsBus(
      testConfig([server.address], {
        auth: { user: 'portal', password: 'p' },
        streams: [{ stream: 'git-events', types: ['*'], partitions: 2 }],
        // So that each way of tidying is gone.
        retentionDays: 2 / 86_400,
      }),
      mockServices.logger.mock(),
    );

  it('are enough for all that is done', async () => {
    await start(await documentedRights());
    const bus = portal();
    await bus.start();
    const event = () => incomingEvent({ partitionKey: 'one' });
    const partition = bus.route(event()).name;
    await bus.publish([event(), event()]);
    const { next } = await readAtLeast(bus, { partition, atLeast: 2 });
    await bus.publish([event()]);
    // The oldest is too old now and the newest is not, so what lies between is looked for and deleted.
    await new Promise(old => setTimeout(old, 2_500));
    await bus.publish([event()]);
    await readAtLeast(bus, { partition, from: next, atLeast: 2 });
    await bus.probe(partition, 'mark');
    await bus.position(partition, 'oldest');
    expect(await bus.status(new Map([[partition, next]]))).toHaveLength(2);
    expect(bus.health()).toEqual({ state: 'up', since: expect.any(Number) });
    await bus.stop();
    expect(await server.log()).not.toContain('Violation');
  });
});
