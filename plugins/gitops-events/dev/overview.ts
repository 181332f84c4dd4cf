import {
  ailingSources,
  type Overview,
} from '@gitops-events/plugin-gitops-events-common';
import { changeOf, heldOf } from './derived';
import type { World } from './world';

const wave = (count: number, height: number, phase: number) =>
  Array.from({ length: count }, (_, index) =>
    Math.max(
      0,
      Math.round(
        height * (1 + Math.sin(index / 4 + phase)) + ((index * 37) % 5) - 2,
      ),
    ),
  );

/** Numbers of a quiet day. */
export function exampleOverview(world: World, now: number): Overview {
  const held = world.happenings
    .map(happening => heldOf(happening, now))
    .filter(one => one !== undefined);
  const changes = world.happenings
    .map(happening => changeOf(happening, now))
    .filter(one => one !== undefined);
  const events = wave(60, 9, 0);
  const fired = wave(60, 4, 1);
  return {
    bucketMs: 60_000,
    eventsPerMinute: { now: events[59], series: events },
    firedPerMinute: { now: fired[59], series: fired },
    appliedMs: { p50: 1_890, p99: 8_410, count: 1_204 },
    objectiveMs: 30_000,
    withinObjective: 0.9983,
    held: {
      count: held.length,
      oldestAt: held.map(one => one.heldAt).sort()[0],
    },
    openChanges: changes.filter(change => change.state !== 'ended').length,
    waitingForApproval: changes.filter(change => change.state === 'waiting')
      .length,
    hops: [
      { hop: 'Decide', ms: 11 },
      { hop: 'Render', ms: 38 },
      { hop: 'Write and merge', ms: 305 },
      { hop: 'Wait for people', ms: 41_000 },
      { hop: 'Sync', ms: 1_530 },
    ],
    bus: world.bus,
    ailingSources: ailingSources(world.sources),
    refusedMessages: {
      count: world.refused.length,
      oldestAt: world.refused[0]?.at,
    },
    unreadableLocations: [],
  };
}
