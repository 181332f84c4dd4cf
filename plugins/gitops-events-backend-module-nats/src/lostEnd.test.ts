import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { describeWithNats } from './__testUtils__/realNats';
import { asAdmin, busForEachTest } from './__testUtils__/testNats';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

describeWithNats('a stream that lost its end with the power', () => {
  const real = busForEachTest();
  beforeEach(() => real.begin());

  const publishOne = () =>
    waitForExpect(() =>
      expect(real.test.bus.publish([incomingEvent()])).resolves.toHaveLength(1),
    );
  /** Each by itself, once it is taken. */
  const publish = async (count: number) => {
    for (let sent = 0; sent < count; sent++) await publishOne();
  };
  const restart = async (meanwhile: () => Promise<void>) => {
    await real.server.kill();
    await meanwhile();
    await real.server.start();
  };
  /** Reads six messages, of which only three are there after it; the next ones have the numbers of those that went. */
  const loseEnd = async () => {
    await publish(3);
    let putBack = async () => {};
    await restart(async () => {
      putBack = await real.server.copyStore();
    });
    await publish(3);
    const { next } = await readAtLeast(real.test.bus, {
      ...real.test,
      atLeast: 6,
    });
    await restart(putBack);
    return next;
  };
  /** What comes next, or why nothing does. */
  const readOn = (from: BusPosition | undefined) =>
    real.test.bus.read({
      ...{ partition: real.test.partition, from },
      signal: new AbortController().signal,
      onBatch: async () => {
        throw new Error('It read on.');
      },
    });

  it.each([
    ['up to where it was read', 3],
    ['beyond that', 5],
  ])('stops its reader where it was filled again %s', async (_, count) => {
    const next = await loseEnd();
    await publish(count);
    await expect(readOn(next)).rejects.toThrow(
      `Message 6 of the stream ${real.test.partition} is not the one that was read last`,
    );
    const from = await real.test.bus.position(real.test.partition, 'oldest');
    const again = await readAtLeast(real.test.bus, {
      ...{ partition: real.test.partition, from, atLeast: 3 + count },
    });
    expect(again.events).toHaveLength(3 + count);
  });

  it('is read on where nobody knows when what was read last was stored, or where that was deleted', async () => {
    await publish(2);
    const { next } = await readAtLeast(real.test.bus, {
      ...real.test,
      atLeast: 2,
    });
    await publish(1);
    const { time, ...older } = JSON.parse(next!);
    expect(time).toEqual(expect.any(Number));
    await expect(readOn(JSON.stringify(older))).rejects.toThrow('It read on.');
    await asAdmin(real.server, ({ streams }) =>
      streams.deleteMessage(real.test.partition, 2),
    );
    await expect(readOn(next)).rejects.toThrow('It read on.');
  });
});
