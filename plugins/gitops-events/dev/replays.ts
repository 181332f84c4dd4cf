import {
  statusOfRun,
  type ReplayFinding,
  type ReplayView,
  type RouteName,
  type RunView,
} from '@gitops-events/plugin-gitops-events-common';
import { fail, has, page, type Handler, type Request } from './answers';
import { exampleRun } from './rehearsal';
import { silentDecisions } from './silentDecisions';
import { exampleId, iso } from './story';
import type { View } from './view';

/** What the example keeps of a replay; the rest follows from the time. */
export interface ExampleReplay {
  view: ReplayView;
  /** Instant from which its progress counts; put forward by a pause. */
  startedAt: number;
}

const eventsASecond = 60;
const total = 412;
const inWords = { paused: 'Paused', cancelled: 'Cancelled' };

/** Answers about replays: a changed rule takes `latest` too, and no longer version 1.8.1. */
export function createReplayHandlers(
  view: View,
): Partial<Record<RouteName, Handler>> {
  const { world, now, sensor } = view;
  const find = (id: string) =>
    world.replays.find(one => one.view.id === id) ??
    fail(404, 'There is no such replay, or you may not see it.');
  const stop = ({ params }: Request, state: 'paused' | 'cancelled') => {
    const one = find(params.id);
    const { progress } = viewOf(one, now());
    one.view = {
      ...one.view,
      state,
      progress,
      reason: {
        code: state,
        message: `${inWords[state]} by user:default/pia.`,
      },
      ...(state === 'cancelled' && { endedAt: iso(now()) }),
    };
    return one.view;
  };
  return {
    createReplay: ({ body }) => {
      const name = body.sensor ?? /name: ([\w-]+)/.exec(body.yaml ?? '')?.[1];
      const { revision } = sensor(name ?? '');
      const one = {
        view: newReplay(world.replays.length, name!, now()),
        startedAt: now(),
      };
      if (body.sensor) one.view.revision = body.revision ?? revision;
      one.view.mode = body.mode ?? 'dry';
      one.view.target = body.target;
      one.view.events = body.events as never;
      world.replays.unshift(one);
      return one.view;
    },
    listReplays: ({ query }) =>
      page(
        world.replays
          .map(one => viewOf(one, now()))
          .filter(one => has(one.sensor, query.sensor)),
        query,
      ),
    getReplay: ({ params }) => viewOf(find(params.id), now()),
    listReplayFindings: ({ params, query }) => {
      const { sensor: name, progress } = viewOf(find(params.id), now());
      return page(
        exampleFindings(name, now())
          .slice(0, progress.firesNow + progress.noLongerFires + progress.other)
          .filter(({ difference }) => has(difference, query.difference)),
        query,
      );
    },
    listReplayRuns: ({ params, query }) =>
      page(exampleRuns(viewOf(find(params.id), now()), now()), query),
    getRedirectChoice: ({ params }) => {
      const { name } = sensor(params.name);
      const refused = `Step \`bump\` of ${name} does the same whatever its target is: its input reads no \`target\`. Let the files it writes depend on \`target\`.`;
      return {
        environments: ['development', 'staging'],
        parts: ['environment', 'cluster'],
        ...(name !== 'promote-image' && { refused }),
      };
    },
    pauseReplay: asked => stop(asked, 'paused'),
    cancelReplay: asked => stop(asked, 'cancelled'),
    resumeReplay: ({ params }) => {
      const one = find(params.id);
      one.startedAt =
        now() - (one.view.progress.passed / eventsASecond) * 1_000;
      one.view = { ...one.view, state: 'running', reason: undefined };
      return viewOf(one, now());
    },
  };
}

function newReplay(number: number, sensor: string, at: number): ReplayView {
  return {
    id: exampleId(`replay ${number}`),
    sensor,
    mode: 'dry',
    state: 'running',
    events: {},
    perSecond: 500,
    createdBy: 'user:default/pia',
    createdAt: iso(at),
    progress: progressAt(0),
    keptDays: 14,
  };
}

function viewOf(replay: ExampleReplay, now: number): ReplayView {
  const view = progressed(replay, now);
  return view.mode === 'dry'
    ? view
    : { ...view, runs: runsAt(view.progress.passed) };
}

function progressed(
  { view, startedAt }: ExampleReplay,
  now: number,
): ReplayView {
  if (view.state !== 'running') return view;
  const passed = Math.floor(((now - startedAt) / 1_000) * eventsASecond);
  const done = passed >= total;
  return {
    ...view,
    progress: progressAt(Math.min(passed, total)),
    ...(done && {
      state: 'done',
      endedAt: iso(startedAt + (total / eventsASecond) * 1_000),
    }),
  };
}

const standings = [
  'applied',
  'applied',
  'held',
  'superseded',
] as const satisfies Array<NonNullable<ReplayView['runs']>[number]['state']>;

function runsAt(passed: number): NonNullable<ReplayView['runs']> {
  const made = standings.slice(0, Math.floor(passed / 90));
  return [...new Set(made)].map(state => ({
    state,
    count: made.filter(one => one === state).length,
  }));
}

function exampleRuns(replay: ReplayView, now: number): RunView[] {
  const { sensor, target, runs = [], revision = 1 } = replay;
  const made = runs.reduce((sum, { count }) => sum + count, 0);
  return silentDecisions(sensor, now)
    .slice(0, made)
    .map((decision, index): RunView => {
      const end = standings[index];
      const held = end === 'held';
      const reason = {
        code: 'olderValue',
        message:
          'This replays an older event, and a newer one has written its value since. Release it to put the older value back, or discard it.',
      };
      const run = {
        state: held ? ('held' as const) : ('ended' as const),
        ...(held ? { reason } : { end }),
        createdAt: decision.decidedAt,
        endedAt: decision.decidedAt,
        mode: 'auto' as const,
      };
      const { eventUid, eventType, eventSource, eventSubject } = decision;
      return {
        ...run,
        id: exampleId(`replayed ${index}`),
        title: `Promote image ${eventSubject ?? 'shop/api'}`,
        ...{ eventUid, eventType, eventSource, sensor, revision },
        sensorTitle: 'Promote image',
        owner: 'group:default/platform',
        generation: 1,
        ...(target && {
          target,
          redirectedFrom: { environment: 'production', cluster: 'eu-1' },
        }),
        status: statusOfRun(run, undefined),
        steps: [],
        version: 1,
      };
    });
}

function progressAt(passed: number): ReplayView['progress'] {
  const firesNow = Math.min(3, Math.floor(passed / 100));
  const noLongerFires = passed > 250 ? 1 : 0;
  return {
    total,
    passed,
    decided: passed,
    fired: Math.floor(passed / 9),
    firesNow,
    noLongerFires,
    other: 0,
    alike: passed - firesNow - noLongerFires,
    waiting: 0,
    uncompared: 0,
  };
}

function exampleFindings(sensor: string, now: number): ReplayFinding[] {
  const said = silentDecisions(sensor, now).slice(0, 4);
  return said.map((decision, index) => {
    const { eventUid, eventType, eventSource, eventSubject } = decision;
    const about = {
      eventUid,
      eventType,
      eventSource,
      eventSubject,
      acceptedAt: decision.decidedAt,
    };
    const on = { revision: decision.revision, decidedAt: decision.decidedAt };
    const tag = eventSubject?.split(':')[1] ?? '1.8.1';
    return index === 3
      ? {
          ...about,
          difference: 'noLongerFires',
          then: {
            ...on,
            outcome: 'fired',
            reason: {
              code: 'fired',
              message: `It fired: Promote image shop/api:${tag}`,
            },
            runId: exampleId('run'),
          },
          now: { outcome: decision.outcome, reason: decision.reason },
        }
      : {
          ...about,
          difference: 'firesNow',
          then: { ...on, outcome: decision.outcome, reason: decision.reason },
          now: {
            outcome: 'fired',
            reason: { code: 'fired', message: '`pushed` matched.' },
            run: exampleRun(tag),
          },
        };
  });
}
