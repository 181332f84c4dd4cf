import {
  ownedRef,
  sensorReadPermission,
  type DecisionExplanation,
  type StoredEvent,
  type Reason,
  maskSecrets,
} from '@gitops-events/plugin-gitops-events-common';
import type { SensorExplanation } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { Authorizer } from '../permissions/authorizer';
import { readOwned } from '../permissions/readOwned';
import { presentTime } from '../presentTime';
import { dependencyView } from '../rehearse/dependencyView';
import type { GitopsEventsConfig } from '../config';
import type { ActiveSensor, Sandbox } from '../sandbox';
import { readEventsByUid } from '../store/readEventsByUid';
import { readDecision, readRevisionAt } from '../timeline/readDecision';
import { iso } from '../timeline/runView';
import { found, type Asked, type Handlers } from './handlers';

export interface ExplanationRoom {
  knex: Knex;
  authorizer: Pick<Authorizer, 'access'>;
  /** Not the one that decides: what somebody wants to know holds nobody up. */
  rehearsals: Pick<Sandbox, 'explain'>;
  config: Pick<GitopsEventsConfig, 'retention'>;
}

/** `GET /v1/events/:id/decisions/:sensor`: for who may see both the event and the sensor. */
export const explanationHandlers = (
  room: ExplanationRoom,
): Pick<Handlers, 'explainDecision'> => ({
  async explainDecision(asked) {
    const { knex } = room;
    const { id: eventUid, sensor } = asked.params;
    await mayRead(room, asked);
    const [stored] = await readEventsByUid(knex, [eventUid]);
    const event = found(stored, 'event');
    const said = await readDecision(knex, { eventUid, sensor });
    const asOf = { revision: said?.revision, at: event.acceptedAt };
    const active = found(await readRevisionAt(knex, sensor, asOf), 'sensor');
    const told = await explain(room, active, event);
    const derived = 'evaluation' in told ? told : undefined;
    return {
      eventUid,
      sensor,
      revision: active.revision,
      ...(said
        ? {
            outcome: said.outcome,
            reason: maskSecrets(said.reason) as Reason,
            decidedAt: iso(said.decidedAt),
            runId: said.runId,
          }
        : withoutRow(room, event, derived)),
      dependencies:
        derived?.dependencies.map(one =>
          dependencyView(one, value => maskSecrets(value) as typeof value),
        ) ?? [],
      ...('reason' in told && { unexplained: told.reason }),
    };
  },
});

async function mayRead(
  { knex, authorizer }: ExplanationRoom,
  { params, access, credentials }: Asked<'explainDecision'>,
): Promise<void> {
  const [event, sensor] = await readOwned(knex, [
    ownedRef('event', params.id),
    ownedRef('sensor', params.sensor),
  ]);
  found(event && access.allows(event) ? event : undefined, 'event');
  const sensors = await authorizer.access(credentials, sensorReadPermission);
  found(sensor && sensors.allows(sensor) ? sensor : undefined, 'sensor');
}

/** An event whose payload is gone tells no more why it was decided as it was. */
async function explain(
  { rehearsals }: ExplanationRoom,
  sensor: ActiveSensor,
  event: StoredEvent,
): Promise<SensorExplanation | { reason: Reason }> {
  if (event.erasedAt === undefined) {
    return rehearsals.explain({ sensor, event });
  }
  const on = iso(event.erasedAt).slice(0, 10);
  return {
    reason: {
      code: 'erased',
      message: `The payload of the event was erased on ${on}, when its time was over, so its filters cannot be looked into.`,
    },
  };
}

/** Only an index says no without leaving a row; others do for a time. */
function withoutRow(
  { config }: ExplanationRoom,
  { acceptedAt }: StoredEvent,
  derived: SensorExplanation | undefined,
): Pick<DecisionExplanation, 'outcome' | 'reason'> {
  if (derived?.evaluation.result === 'notMatched') {
    const { reason } = derived.evaluation;
    if (reason.code === 'notListening')
      return { outcome: 'notMatched', reason };
  }
  const { decisionDays } = config.retention;
  if (acceptedAt <= presentTime() - decisionDays * 86_400_000) {
    return {
      reason: {
        code: 'notKept',
        message: `Nothing is on record any more: what sensors said without firing is kept for ${decisionDays} days (gitopsEvents.retention.decisionDays).`,
      },
    };
  }
  return {
    reason: {
      code: 'notDecided',
      message:
        'Nothing is on record: it was not decided yet, or this sensor came later.',
    },
  };
}
