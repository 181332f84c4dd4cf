import { ConflictError } from '@backstage/errors';
import {
  replayPace,
  replayRunPermission,
  replayViewSchema,
  targetInWords,
  type ReplayView,
} from '@gitops-events/plugin-gitops-events-common';
import {
  findExpressionProblem,
  variables,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { Authorizer } from '../permissions/authorizer';
import type { Access } from '../permissions/access';
import type { RunConfig } from '../pipeline/newRun';
import { readReplayRuns } from '../replay/readReplayRuns';
import {
  readFindings,
  readReplay,
  readReplays,
  viewReplays,
  type ReplaysRoom,
} from '../replay/readReplays';
import { redirectChoice, redirectRefusal } from '../replay/redirectRefusal';
import { whyNotRun } from '../replay/whyNotRun';
import { refuseReplayOfReverted } from '../revert/refuseReplay';
import type { ReplayDecisions } from '../replay/replayDecisions';
import type { ActiveSensor } from '../sandbox';
import {
  askedSensors,
  refuseBeyondBoundary,
  refuseRevisionBeyond,
  type SensorRoom,
} from './askedSensors';
import { found, mayDecide, type Asked, type Handlers } from './handlers';
import { mayReadEvents } from './mayReadEvents';
import { HttpProblem } from './problem';

export interface ReplayRoom extends SensorRoom {
  config: SensorRoom['config'] & RunConfig & ReplaysRoom['config'];
  authorizer: Pick<Authorizer, 'access'>;
}

const words = {
  pauseReplay: 'pause this replay',
  resumeReplay: 'resume this replay',
  cancelReplay: 'cancel this replay',
};

/** Routes below `/v1/replays`. */
export const replayHandlers = (
  room: ReplayRoom,
  decisions: ReplayDecisions,
): Pick<
  Handlers,
  | 'createReplay'
  | 'listReplays'
  | 'getReplay'
  | 'listReplayFindings'
  | 'listReplayRuns'
  | 'getRedirectChoice'
  | 'pauseReplay'
  | 'resumeReplay'
  | 'cancelReplay'
> => {
  const { knex } = room;
  const view = async (id: string, access?: Access): Promise<ReplayView> => {
    const replay = found(await readReplay(knex, id, access), 'replay');
    const [shown] = await viewReplays(room, [replay]);
    return replayViewSchema.parse(shown);
  };
  const decide = async (
    { params: { id }, body, access, by }: Asked<'pauseReplay'>,
    what: keyof typeof words,
  ) => {
    const { ownerRef } = found(await readReplay(knex, id), 'replay');
    mayDecide(access, { ownerRefs: [ownerRef] }, words[what]);
    await decisions[what]({ id, by, ...body });
    return view(id);
  };

  return {
    async createReplay(asked) {
      const { body, by } = asked;
      const rule = await askedRule(room, asked);
      const ownerRef = await refuseStranger(knex, asked, rule);
      if (body.revision !== undefined) refuseRevisionBeyond(room, rule);
      refuseBeyondBoundary(room, body);
      refuseFilter(body.events.filter);
      await mayReadEvents(room, asked.credentials, body.events.uids ?? []);
      await refuseReal(room, asked, { rule, ownerRef });
      const { events, mode, target, comment } = body;
      const { perSecond = replayPace[mode].default } = body;
      return view(
        await decisions.createReplay({
          rule,
          ownerRef,
          events,
          mode,
          target,
          perSecond,
          comment,
          by,
        }),
      );
    },
    listReplays: ({ query, access }) => readReplays(room, query, access),
    getReplay: ({ params: { id }, access }) => view(id, access),
    async listReplayRuns({ params: { id }, query, access }) {
      const replay = found(await readReplay(knex, id, access), 'replay');
      return readReplayRuns(knex, replay, query);
    },
    async getRedirectChoice({ params: { name }, access }) {
      const { sensors } = await askedSensors(room, { sensor: name });
      const [{ definition }] = sensors;
      const { owner } = definition.metadata;
      const what = `redirect replays of ${name}`;
      mayDecide(access, { ownerRefs: [owner] }, what);
      return redirectChoice(definition, room.config);
    },
    async listReplayFindings({ params: { id }, query, access }) {
      found(await readReplay(knex, id, access), 'replay');
      return readFindings(knex, id, query);
    },
    pauseReplay: asked => decide(asked, 'pauseReplay'),
    resumeReplay: asked => decide(asked, 'resumeReplay'),
    cancelReplay: asked => decide(asked, 'cancelReplay'),
  };
};

async function askedRule(
  room: ReplayRoom,
  { body }: Asked<'createReplay'>,
): Promise<ActiveSensor> {
  const { sensors } = await askedSensors(room, body);
  if (sensors.length > 1) {
    throw new HttpProblem({
      status: 400,
      detail: `The text holds ${sensors.length} sensors; send one to replay with.`,
    });
  }
  return sensors[0];
}

/**
 * A replay shows what the rule's owner may listen to and read, and what is on
 * record of the loaded sensor of that name. One must own both.
 *
 * @returns who owns the replay
 */
async function refuseStranger(
  knex: Knex,
  { access }: Asked<'createReplay'>,
  { name, definition }: ActiveSensor,
): Promise<string> {
  const { owner } = definition.metadata;
  const loaded = await knex('sensors').where({ name }).first('owner');
  const owners = new Set<string>([owner, loaded?.owner ?? owner]);
  for (const ownerRef of owners) {
    const what = `replay events with ${name}`;
    mayDecide(access, { ownerRefs: [ownerRef] }, what);
  }
  return loaded?.owner ?? owner;
}

/** What makes runs is for those who may have that, and lands where its owner may. */
async function refuseReal(
  room: ReplayRoom,
  { body: { mode, target, events }, credentials }: Asked<'createReplay'>,
  { rule, ownerRef }: { rule: ActiveSensor; ownerRef: string },
): Promise<void> {
  if (mode === 'dry') return;
  const { name: sensor, revision, definition } = rule;
  const access = await room.authorizer.access(credentials, replayRunPermission);
  const how = target ? `redirected to ${targetInWords(target)}` : 'for real';
  const what = `replay events with ${sensor} ${how}`;
  mayDecide(access, { ownerRefs: [ownerRef] }, what);
  const refusal = target && redirectRefusal(definition, target, room.config);
  if (refusal) {
    const errors = [{ pointer: '/target', detail: refusal.message }];
    throw new HttpProblem({ status: 422, detail: refusal.message, errors });
  }
  const replay = { mode, sensor, revision, definition };
  const reason = await whyNotRun(room, replay);
  if (reason) throw new ConflictError(reason.message);
  if (mode === 'real') {
    await refuseReplayOfReverted(room.knex, sensor, events.uids ?? []);
  }
}

function refuseFilter(filter: string | undefined): void {
  if (filter === undefined) return;
  const problem = findExpressionProblem(filter, variables.filter);
  if (!problem) return;
  throw new HttpProblem({
    status: 422,
    title: 'The filter is wrong',
    detail: problem.message,
    errors: [{ pointer: '/events/filter', detail: problem.message }],
  });
}
