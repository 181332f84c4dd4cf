import type {
  ActionSchema,
  SimulatedEvent,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Authorizer } from '../permissions/authorizer';
import { presentTime } from '../presentTime';
import type { Rehearsals } from '../rehearse/Rehearsals';
import { storedTestEvent } from '../rehearse/testEvent';
import { readEventsByUid } from '../store/readEventsByUid';
import { askedSensors, refuseBeyondBoundary } from './askedSensors';
import { mayReadEvents } from './mayReadEvents';
import { mayDecide, type Asked, type Handlers } from './handlers';
import { HttpProblem } from './problem';

export interface SensorTestRoom {
  knex: Knex;
  authorizer: Pick<Authorizer, 'access'>;
  rehearsals: Pick<Rehearsals, 'run'>;
  config: Pick<GitopsEventsConfig, 'ingresses' | 'boundaries'>;
  actions: readonly ActionSchema[];
}

/** `POST /v1/sensors/test`: shows what sensors would do, to those who own them. */
export const sensorTestHandlers = (
  room: SensorTestRoom,
): Pick<Handlers, 'testSensors'> => ({
  async testSensors(asked) {
    const { sensors, problems } = await askedSensors(room, asked.body);
    for (const { name, definition } of sensors) {
      const ownerRefs = [definition.metadata.owner];
      mayDecide(asked.access, { ownerRefs }, `test ${name}`);
    }
    refuseBeyondBoundary(room, asked.body);
    const stored = await storedEvents(room, asked);
    const events = beginningAt(asked.body.at, [
      ...stored,
      ...testEvents(room, asked, stored),
    ]);
    return { problems, decisions: await room.rehearsals.run(sensors, events) };
  },
});

/** In the order asked for. */
async function storedEvents(
  room: SensorTestRoom,
  { body: { uids }, credentials }: Asked<'testSensors'>,
): Promise<SimulatedEvent[]> {
  await mayReadEvents(room, credentials, uids);
  const events = new Map(
    (await readEventsByUid(room.knex, uids)).map(event => [event.uid, event]),
  );
  return uids.map(uid => ({ event: events.get(uid)! }));
}

/** As though the first had been accepted then. */
function beginningAt(
  at: string | undefined,
  events: SimulatedEvent[],
): SimulatedEvent[] {
  if (at === undefined) return events;
  const later = Date.parse(at) - events[0].event.acceptedAt;
  return events.map(({ event }) => ({
    event: { ...event, acceptedAt: event.acceptedAt + later },
  }));
}

function testEvents(
  { config }: SensorTestRoom,
  { body }: Asked<'testSensors'>,
  stored: SimulatedEvent[],
): SimulatedEvent[] {
  let last = stored.at(-1)?.event.acceptedAt ?? presentTime();
  const errors: ConstructorParameters<typeof HttpProblem>[0]['errors'] = [];
  const events = body.events.flatMap((given, at): SimulatedEvent[] => {
    last =
      given.acceptedAt === undefined
        ? last + 1_000
        : Date.parse(given.acceptedAt);
    const made = storedTestEvent(
      { ...given, acceptedAt: last },
      at,
      config.ingresses,
    );
    if ('event' in made) return [{ event: made.event }];
    errors.push(
      ...made.refusals.map(({ attribute, detail }) => ({
        pointer: `/events/${at}/event${attribute === undefined ? '' : `/${attribute}`}`,
        detail,
      })),
    );
    return [];
  });
  if (errors.length === 0) return events;
  throw new HttpProblem({
    status: 400,
    detail: `Mend ${errors[0].pointer}: ${errors[0].detail}`,
    errors,
  });
}
