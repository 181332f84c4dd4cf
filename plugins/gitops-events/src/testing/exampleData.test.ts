import {
  routes,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { createMemoryApi } from '../../dev/memoryApi';
import { environment } from '../../dev/stories/environment';
import { tell } from '../../dev/story';
import { createWorld } from '../../dev/world';

const now = Date.parse('2026-01-05T10:00:00.000Z');

describe('the example data', () => {
  const api = createMemoryApi({
    world: createWorld(now),
    now: () => now,
    latencyMs: 0,
  });

  // The example API reads each answer with the schema of its route and throws where it does not conform.
  it('conforms to the schemas of all lists and of each item in them', async () => {
    const events = await api.call('listEvents', { query: { limit: 200 } });
    const timeline = await api.call('listTimeline', { query: { limit: 200 } });
    const changes = await api.call('listChanges', { query: { limit: 200 } });
    const held = await api.call('listHeld', { query: { limit: 200 } });
    const sensors = await api.call('listSensors');
    await api.call('getOverview');
    const sources = await api.call('listSources');
    const refused = await api.call('listRefusedMessages', {
      query: { limit: 200 },
    });
    for (const { uid } of events.items)
      await api.call('getEvent', { params: { id: uid } });
    for (const { id } of changes.items) {
      await api.call('getChange', { params: { id } });
      await api.call('getChangeDiff', { params: { id } });
    }
    for (const { id } of held.items)
      await api.call('getHeld', { params: { id } });
    for (const { runs } of timeline.items)
      await api.call('getRun', { params: { id: runs[0].id } });
    for (const { name } of sensors.items) {
      await api.call('getSensor', { params: { name } });
      await api.call('listDecisions', { params: { name } });
      await api.call('getSensorActivity', { params: { name } });
    }
    expect(events.items).toHaveLength(timeline.items.length);
    expect(held.items).toHaveLength(36);
    expect(new Set(sources.items.map(({ state }) => state)).size).toBe(3);
    for (const { number } of refused.items) {
      const params = { number: String(number) };
      await api.call('getRefusedMessage', { params });
    }
    for (const { name, refused: count } of sources.items) {
      const its = refused.items.filter(({ source }) => source === name);
      expect(its).toHaveLength(count ?? 0);
    }
  });

  it('leads through all rows by cursor, each once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.call('listEvents', {
        query: { cursor, limit: 7 },
      });
      seen.push(...page.items.map(({ uid }) => uid));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(83);
  });

  it('answers each route but the one that publishes', async () => {
    const names = (Object.keys(routes) as RouteName[]).filter(
      name => name !== 'publishEvents',
    );
    for (const name of names) {
      // Without its parameters a route says so by its schema; a missing handler would be a TypeError.
      const error = await api.call(name, {} as never).then(
        () => undefined,
        caught => caught,
      );
      expect(error).not.toBeInstanceOf(TypeError);
    }
  });

  it('moves: a request goes through its steps as time passes', () => {
    const story = environment({
      name: 'a',
      application: 'shop-api',
      team: 'shop',
      person: 'Ana',
      pullRequest: 1,
    });
    const lines = [0, 100, 500, 5_000].map(
      ms => tell(story, now, now + ms).group.entries.length,
    );
    expect(lines).toEqual([1, 5, 7, 10]);
    expect(tell(story, now, now + 100).group.settled).toBe(false);
    expect(tell(story, now, now + 5_000).group.status.sentence).toBe(
      'Applied in 1.9 s',
    );
  });
});
