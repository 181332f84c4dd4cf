import type {
  Overview,
  HeldView,
  RefusedMessageDetail,
  RevertView,
  SourceView,
  StopView,
} from '@gitops-events/plugin-gitops-events-common';
import { exampleRefused, exampleSources } from './exampleSources';
import type { ExampleReplay } from './replays';
import { alert } from './stories/alert';
import { environment } from './stories/environment';
import { broken, denied, waitedTooLong } from './stories/held';
import { promotion } from './stories/promotion';
import type { Line, Story } from './story';

const range = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

export const newestFirst = (world: World) =>
  [...world.happenings].sort((a, b) => b.startedAt - a.startedAt);

/** A line that somebody's decision adds now. */
export function addLine(
  happening: Happening,
  now: number,
  kind: Line[1],
  data: unknown,
): void {
  const { story, startedAt } = happening;
  const spent = story.lines.reduce((sum, [after]) => sum + after, 0);
  const after = Math.max(1, now - startedAt - spent);
  story.lines = [...story.lines, [after, kind, data] as Line];
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A story that began at an instant. What people decide is added to its lines. */
export interface Happening {
  story: Story;
  startedAt: number;
  comments: HeldView['comments'];
  /** That somebody took it back. */
  revert?: RevertView;
}

/** Everything the example API shows, at any instant, derived from what happened. */
export interface World {
  happenings: Happening[];
  paused: Set<string>;
  closedBreakers: Set<string>;
  bus: Overview['bus'];
  sources: SourceView[];
  /** Oldest first. */
  refused: RefusedMessageDetail[];
  /** In force, newest first. */
  stops: StopView[];
  /** Newest first. */
  liftedStops: StopView[];
  /** Newest first. */
  replays: ExampleReplay[];
}

export function createWorld(now: number): World {
  const past = (ago: number, story: Story): Happening => ({
    story,
    startedAt: now - ago,
    comments: [],
  });
  const shop = { application: 'shop-api', team: 'shop', person: 'Ana' };
  const happenings = [
    past(
      2 * minute,
      environment({ ...shop, name: 'shop-api-staging', pullRequest: 128 }),
    ),
    past(
      9 * minute,
      promotion({
        service: 'shop-api',
        tag: '1.8.2',
        from: '1.8.1',
        pullRequest: 127,
        waiting: true,
      }),
    ),
    past(hour, alert()),
    past(
      2 * hour,
      promotion({
        service: 'shop-api',
        tag: '1.8.1',
        from: '1.8.0',
        pullRequest: 125,
      }),
    ),
    past(3 * hour + 12 * minute, waitedTooLong()),
    past(
      5 * hour,
      environment({
        application: 'payments-api',
        team: 'payments',
        person: 'Ben',
        name: 'payments-api-dev',
        pullRequest: 124,
        slow: 4.2,
      }),
    ),
    past(
      26 * hour,
      promotion({
        service: 'shop-api',
        tag: '1.8.0',
        from: '1.7.9',
        pullRequest: 119,
        syncMs: 2_300,
      }),
    ),
    past(
      30 * hour,
      promotion({
        service: 'payments-ledger',
        tag: '0.14.1',
        from: '0.14.0',
        pullRequest: 117,
      }),
    ),
    ...range(31, index =>
      past(40 * minute + index * 52 * second, denied(index)),
    ),
    ...range(4, index =>
      past(50 * minute + index * 70 * second, broken(index)),
    ),
    ...range(40, index =>
      past(
        (36 + index * 3) * hour,
        promotion({
          service: 'shop-web',
          tag: `4.0.${40 - index}`,
          from: `4.0.${39 - index}`,
          pullRequest: 116 - index,
          syncMs: 700 + ((index * 397) % 2_600),
        }),
      ),
    ),
  ];
  return {
    happenings,
    paused: new Set(),
    closedBreakers: new Set(),
    bus: {
      ...{ kind: 'embedded', durability: 'disk', database: 'sqlite' },
      ...{ lag: 0, standstills: [] },
    },
    sources: exampleSources(now),
    refused: exampleRefused(now),
    stops: [],
    liftedStops: [],
    replays: [],
  };
}
