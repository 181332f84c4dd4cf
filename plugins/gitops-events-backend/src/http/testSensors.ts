import { NotFoundError } from '@backstage/errors';
import {
  eventReadPermission,
  ownedRef,
  type ProblemMark,
} from '@gitops-events/plugin-gitops-events-common';
import {
  parseSensors,
  type ActionSchema,
  type SimulatedEvent,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Authorizer } from '../permissions/authorizer';
import { readOwned } from '../permissions/readOwned';
import type { Rehearsals } from '../rehearse/Rehearsals';
import { storedTestEvent } from '../rehearse/testEvent';
import type { ActiveSensor } from '../sandbox';
import { readEventsByUid } from '../store/readEventsByUid';
import { found, mayDecide, type Asked, type Handlers } from './handlers';
import { HttpProblem } from './problem';

export interface SensorTestRoom {
  knex: Knex;
  authorizer: Pick<Authorizer, 'access'>;
  rehearsals: Pick<Rehearsals, 'run'>;
  config: Pick<GitopsEventsConfig, 'ingresses' | 'boundaries'>;
  actions: readonly ActionSchema[];
}

/** Sensors in one text. */
const maxSensors = 20;

/** `POST /v1/sensors/test`: shows what sensors would do, to those who own them. */
export const sensorTestHandlers = (
  room: SensorTestRoom,
): Pick<Handlers, 'testSensors'> => ({
  async testSensors(asked) {
    const { sensors, problems } = await sensorsOf(room, asked);
    for (const { name, definition } of sensors) {
      const ownerRefs = [definition.metadata.owner];
      mayDecide(asked.access, { ownerRefs }, `test ${name}`);
    }
    refuseBeyondBoundary(room, asked.body);
    const stored = await storedEvents(room, asked);
    const events = [...stored, ...testEvents(room, asked, stored)];
    return { problems, decisions: await room.rehearsals.run(sensors, events) };
  },
});

async function sensorsOf(
  { knex, actions }: SensorTestRoom,
  { body }: Asked<'testSensors'>,
): Promise<{ sensors: ActiveSensor[]; problems: ProblemMark[] }> {
  if (body.yaml === undefined) {
    const row = await knex('sensors')
      .join('sensor_revisions', join =>
        join
          .on('sensor_revisions.sensor', 'sensors.name')
          .andOn('sensor_revisions.revision', 'sensors.revision'),
      )
      .where({ name: body.sensor!, present: true })
      .first('name', 'sensors.revision', 'definition');
    const { name, revision, definition } = found(row, 'sensor');
    return {
      sensors: [{ name, revision, definition: JSON.parse(definition) }],
      problems: [],
    };
  }
  const parsed = parseSensors(body.yaml, { actions });
  refuseErrors(parsed.problems);
  if (parsed.sensors.length === 0 || parsed.sensors.length > maxSensors) {
    throw new HttpProblem({
      status: 400,
      detail: `The text holds ${parsed.sensors.length} sensors; send 1 to ${maxSensors}.`,
    });
  }
  return {
    sensors: parsed.sensors.map(({ sensor }) => ({
      name: sensor.metadata.name,
      revision: 0,
      definition: sensor,
    })),
    problems: parsed.problems,
  };
}

/** Later than the owner: what is granted to an owner is for its members to know. */
function refuseBeyondBoundary(
  { config, actions }: SensorTestRoom,
  { yaml }: Asked<'testSensors'>['body'],
): void {
  if (yaml === undefined) return;
  const { boundaries } = config;
  refuseErrors(parseSensors(yaml, { actions, boundaries }).problems);
}

function refuseErrors(problems: ProblemMark[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const [{ line, column, message }] = errors;
  throw new HttpProblem({
    status: 422,
    title: 'The sensor is wrong',
    detail: `Line ${line}, column ${column}: ${message}`,
    errors: errors.map(error => ({
      pointer: '/yaml',
      detail: error.message,
      line: error.line,
      column: error.column,
      rule: error.rule,
    })),
  });
}

/** In the order asked for; one that the caller may not read does not exist. */
async function storedEvents(
  { knex, authorizer }: SensorTestRoom,
  { body: { uids }, credentials }: Asked<'testSensors'>,
): Promise<SimulatedEvent[]> {
  if (uids.length === 0) return [];
  const access = await authorizer.access(credentials, eventReadPermission);
  const owned = await readOwned(
    knex,
    uids.map(uid => ownedRef('event', uid)),
  );
  const events = new Map(
    (await readEventsByUid(knex, uids)).map(event => [event.uid, event]),
  );
  return uids.map((uid, at) => {
    const event = events.get(uid);
    const owners = owned[at];
    if (event && owners && access.allows(owners)) return { event };
    throw new NotFoundError(
      `There is no event ${uid}, or you may not see it. Check the list, or ask its owner.`,
    );
  });
}

function testEvents(
  { config }: SensorTestRoom,
  { body }: Asked<'testSensors'>,
  stored: SimulatedEvent[],
): SimulatedEvent[] {
  let last = stored.at(-1)?.event.acceptedAt ?? Date.now();
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
