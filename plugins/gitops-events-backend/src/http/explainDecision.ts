import {
  ownedRef,
  sensorReadPermission,
  type DecisionExplanation,
  type Reason,
  maskSecrets,
} from '@gitops-events/plugin-gitops-events-common';
import type { SensorExplanation } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { Authorizer } from '../permissions/authorizer';
import { readOwned } from '../permissions/readOwned';
import { dependencyView } from '../rehearse/dependencyView';
import type { Sandbox } from '../sandbox';
import { readEventsByUid } from '../store/readEventsByUid';
import { readDecision, readRevisionAt } from '../timeline/readDecision';
import { iso } from '../timeline/runView';
import { found, type Asked, type Handlers } from './handlers';

export interface ExplanationRoom {
  knex: Knex;
  authorizer: Pick<Authorizer, 'access'>;
  /** Not the one that decides: what somebody wants to know holds nobody up. */
  rehearsals: Pick<Sandbox, 'explain'>;
}

/** `GET /v1/events/:id/decisions/:sensor`: for who may see both the event and the sensor. */
export const explanationHandlers = (
  room: ExplanationRoom,
): Pick<Handlers, 'explainDecision'> => ({
  async explainDecision(asked) {
    const { knex, rehearsals } = room;
    const { id: eventUid, sensor } = asked.params;
    await mayRead(room, asked);
    const [stored] = await readEventsByUid(knex, [eventUid]);
    const event = found(stored, 'event');
    const said = await readDecision(knex, { eventUid, sensor });
    const asOf = { revision: said?.revision, at: event.acceptedAt };
    const active = found(await readRevisionAt(knex, sensor, asOf), 'sensor');
    const told = await rehearsals.explain({ sensor: active, event });
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
        : withoutRow(derived)),
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

/** Only an index says no without leaving a row. */
function withoutRow(
  derived: SensorExplanation | undefined,
): Pick<DecisionExplanation, 'outcome' | 'reason'> {
  if (derived?.evaluation.result === 'notMatched') {
    const { reason } = derived.evaluation;
    if (reason.code === 'notListening')
      return { outcome: 'notMatched', reason };
  }
  return {
    reason: {
      code: 'notDecided',
      message:
        'Nothing is on record: it was not decided yet, or this sensor came later.',
    },
  };
}
