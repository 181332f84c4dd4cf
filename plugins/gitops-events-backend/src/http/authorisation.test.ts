import { isDeepStrictEqual } from 'node:util';
import {
  ownedRef,
  routes,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { roles, type Role } from '../permissions/__testUtils__/people';
import type { Response } from 'supertest';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  idOf,
  seedEvent,
  seedReplay,
  seedRun,
  seedSensor,
  seedStop,
} from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

type Expected = Record<Role, number>;

const reads: Expected = {
  anonymous: 401,
  otherDeveloper: 404,
  owner: 200,
  platform: 200,
  service: 200,
  token: 404,
};
const lists: Expected = { ...reads, otherDeveloper: 200, token: 403 };
const writes: Expected = { ...reads, otherDeveloper: 403, token: 403 };
const platformWrites: Expected = { ...writes, owner: 403 };
const sensorReads: Expected = { ...reads, otherDeveloper: 200 };
const sensorOwnerReads: Expected = { ...reads, owner: 404 };

/** Each route of the table; one without an expectation does not compile. */
const expected: Record<RouteName, Expected> = {
  publishEvents: {
    anonymous: 401,
    otherDeveloper: 202,
    owner: 202,
    platform: 202,
    service: 202,
    token: 202,
  },
  listEvents: lists,
  getEvent: reads,
  explainDecision: reads,
  listTimeline: lists,
  getRun: reads,
  cancelRun: writes,
  previewRevert: reads,
  revertRun: writes,
  stateRootCause: writes,
  listSensors: lists,
  getSensor: sensorReads,
  listDecisions: sensorReads,
  getSensorActivity: sensorReads,
  getSensorRevision: sensorReads,
  describeInstallation: lists,
  testSensors: platformWrites,
  createReplay: platformWrites,
  listReplays: lists,
  getReplay: sensorOwnerReads,
  listReplayFindings: sensorOwnerReads,
  listReplayRuns: sensorOwnerReads,
  getRedirectChoice: platformWrites,
  pauseReplay: platformWrites,
  resumeReplay: platformWrites,
  cancelReplay: platformWrites,
  pauseSensor: platformWrites,
  resumeSensor: platformWrites,
  resetBreaker: platformWrites,
  listChanges: lists,
  getChange: reads,
  getChangeDiff: reads,
  // Four eyes are eyes of people.
  approveChange: { ...platformWrites, service: 403 },
  mergeChange: writes,
  closeChange: writes,
  listHeld: lists,
  countQuarantine: lists,
  getHeld: reads,
  releaseHeld: writes,
  discardHeld: writes,
  commentHeld: writes,
  listStops: { ...lists, otherDeveloper: 200 },
  setStop: platformWrites,
  liftStop: platformWrites,
  letIntakeGoOn: platformWrites,
  letIntakeGo: platformWrites,
  listSources: lists,
  letSourceGoOn: platformWrites,
  listRefusedMessages: lists,
  getRefusedMessage: { ...reads, owner: 404 },
  retryRefusedMessage: platformWrites,
  discardRefusedMessage: platformWrites,
  getAudit: { ...lists, otherDeveloper: 403, owner: 403 },
  listChain: { ...lists, otherDeveloper: 403, owner: 403 },
  getOverview: lists,
  // Signed, or refused: a token of the portal opens nothing there.
  receiveWebhook: {
    ...{ anonymous: 401, otherDeveloper: 401, owner: 401 },
    ...{ platform: 401, service: 401, token: 401 },
  },
};

const ids: Partial<Record<RouteName, string>> = {
  getEvent: idOf('event one'),
  explainDecision: idOf('event one'),
  getRun: idOf('run one'),
  cancelRun: idOf('run one'),
  previewRevert: idOf('run one'),
  revertRun: idOf('run one'),
  stateRootCause: idOf('run one'),
};

function idOfPath(path: string): string | undefined {
  if (path.includes('/changes/')) return idOf('change one');
  if (path.includes('/stops/')) return idOf('stop one');
  return path.includes('/replays/') ? idOf('replay one') : undefined;
}

function inputOf(name: RouteName): {
  params: Record<string, string>;
  query?: Record<string, string>;
  body?: object;
} {
  if (name === 'testSensors') {
    const events = [{ event: { type: 'com.example.image.pushed' } }];
    return { params: {}, body: { sensor: 'promote-image', events } };
  }
  if (name === 'createReplay') {
    const events = { from: '2026-01-05T00:00:00Z' };
    return { params: {}, body: { sensor: 'promote-image', events } };
  }
  if (name === 'setStop') {
    const body = { scope: { kind: 'all' }, reason: 'A bad image' };
    return { params: {}, body };
  }
  const { path, method } = routes[name];
  const id = idOfPath(path) ?? ids[name] ?? idOf('run held');
  return {
    ...(name === 'listChain' && { query: { stream: 'runs' } }),
    params: path.includes(':name')
      ? { name: 'promote-image', revision: '1' }
      : {
          ...{ id, sensor: 'promote-image', partition: 'memory:0' },
          ...{ source: 'orders', number: '1' },
        },
    body:
      method === 'POST'
        ? {
            version: 1,
            partition: 'orders:0',
            from: 'oldest',
            diffHash: 'h'.repeat(64),
            digest: 'd'.repeat(64),
            rootCause: 'Fine',
            text: 'Fine',
            comment: 'Fine',
          }
        : undefined,
  };
}

/** A test is sent, for its size, and changes nothing. */
const decides = (name: RouteName) =>
  routes[name].method === 'POST' && name !== 'testSensors';

const shapes: Record<number, string> = {
  200: 'answer',
  202: 'answer',
};

/** Whether it is what the route declares, or a problem that says what to do. */
function shapeOf(name: RouteName, { status, type, body }: Response) {
  const answer = routes[name].response.safeParse(body);
  const isAnswer =
    status < 300 && answer.success && isDeepStrictEqual(answer.data, body);
  const isProblem =
    type === 'application/problem+json' && /^[A-Z].+\.$/s.test(body.detail);
  if (isAnswer) return { status, shape: 'answer' };
  return { status, shape: isProblem ? 'problem' : 'other' };
}

const databases = testDatabases();

describe.each(databaseKinds)('who may do what, on %s', kind => {
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    const { knex } = await databases.open(kind);
    const entity = {
      entityRef: 'component:default/shop',
      ownerRef: 'group:default/shop',
    };
    await seedSensor(knex, { name: 'promote-image' });
    const eventUid = await seedEvent(knex, {
      id: 'one',
      principal: 'user:default/ana via plugin:scaffolder',
      ...entity,
    });
    const owned = {
      eventUid,
      entityRef: entity.entityRef,
      entityOwnerRef: entity.ownerRef,
    };
    const run = await seedRun(knex, { name: 'one', ...owned });
    await seedRun(knex, { name: 'held', state: 'held', ...owned });
    await seedChange(knex, {
      name: 'one',
      members: [run],
      entityRef: entity.entityRef,
      entityOwnerRef: entity.ownerRef,
    });
    await seedReplay(knex, { name: 'one', sensor: 'promote-image' });
    await seedStop(knex, { name: 'one' });
    api = await startApi(knex);
  });

  afterAll(() => api.stop());

  it.each(
    (Object.keys(routes) as RouteName[]).flatMap(name =>
      roles.map(role => ({ name, role, status: expected[name][role] })),
    ),
  )('$role asks $name: $status', async ({ name, role, status }) => {
    const decidedBefore = api.decisions.calls.length;

    const response = await api.call(role, name, inputOf(name));

    const decided = api.decisions.calls.length - decidedBefore;
    expect({ ...shapeOf(name, response), decided }).toEqual({
      status,
      shape: shapes[status] ?? 'problem',
      decided: status === 200 && decides(name) ? 1 : 0,
    });
  });

  it.each(['listEvents', 'listTimeline', 'listChanges', 'listHeld'] as const)(
    'shows in %s only what one owns',
    async name => {
      const mine = await api.read(name, { as: 'owner' });
      const others = await api.read(name, { as: 'otherDeveloper' });

      expect(mine.items).toHaveLength(1);
      expect(others.items).toEqual([]);
    },
  );

  it('answers the permission backend by reference as it answers a call', async () => {
    const refs = [
      ownedRef('event', idOf('event one')),
      ownedRef('run', idOf('run one')),
      ownedRef('change', idOf('change one')),
      ownedRef('sensor', 'promote-image'),
      ownedRef('run', 'no such run'),
      'neither',
      'toString:x',
    ];
    const resultsFor = async (owner: string) => {
      const { body } = await api.applyConditions(refs, [owner]);
      return body.items.map((item: { result: string }) => item.result);
    };

    // An event is also its requester's, who need not own what it led to.
    expect(await resultsFor('user:default/ana')).toEqual([
      'ALLOW',
      ...Array(6).fill('DENY'),
    ]);
    expect(await resultsFor('group:default/shop')).toEqual([
      ...Array(3).fill('ALLOW'),
      ...Array(4).fill('DENY'),
    ]);
    expect(await resultsFor('group:default/platform')).toEqual([
      ...Array(4).fill('ALLOW'),
      ...Array(3).fill('DENY'),
    ]);
    expect(await resultsFor('group:default/payments')).toEqual(
      Array(7).fill('DENY'),
    );
  });

  it('tells what a write was about, and its end, to the audit log', async () => {
    api.audit.length = 0;

    await api.call('owner', 'cancelRun', inputOf('cancelRun'));
    await api.call('otherDeveloper', 'cancelRun', inputOf('cancelRun'));
    await api.call('owner', 'getRun', inputOf('getRun'));

    const meta = { id: idOf('run one') };
    expect(api.audit).toEqual([
      { eventId: 'cancel-run', meta, end: 'success' },
      { eventId: 'cancel-run', meta, end: 'fail' },
    ]);
  });
});
