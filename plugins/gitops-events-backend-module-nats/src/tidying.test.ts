import { randomUUID } from 'node:crypto';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { testConfig } from './__testUtils__/testNats';
import { LinkKeeper, type Link } from './link';
import type { Place } from './place';
import { Tidying } from './tidying';

jest.setTimeout(60_000);

describeWithNats('tidying a stream', () => {
  let server: RealNats;
  let links: LinkKeeper;
  let link: Link;
  beforeAll(async () => {
    server = await startRealNats();
    links = new LinkKeeper(testConfig([server.address]));
    link = await links.get();
  });
  afterAll(async () => {
    await links.stop();
    await server.remove();
  });

  /** A stream with three messages, and what is left of them when it is tidied. */
  const begin = async () => {
    const name = `test-${randomUUID()}`;
    const { streams } = link.manager;
    const { created } = await streams.add({ name, subjects: [name] });
    for (let sent = 0; sent < 3; sent++) await link.client.publish(name);
    const leftBehind = async (place: Place) => {
      // All of them are old.
      await new Tidying({ name, retentionDays: -1 }).tidy(link, place);
      return (await streams.info(name)).state.messages;
    };
    return { created, leftBehind };
  };

  it('takes nothing out of one that was made anew since it was read', async () => {
    const { created, leftBehind } = await begin();
    const before = '2026-01-01T00:00:00Z';
    expect(await leftBehind({ seq: 2, created: before })).toBe(3);
    expect(await leftBehind({ seq: 2, created })).toBe(1);
  });

  it('takes nothing out of one that lost its end and was filled again', async () => {
    const { created, leftBehind } = await begin();
    expect(await leftBehind({ seq: 2, time: 0, created })).toBe(3);
  });
});
