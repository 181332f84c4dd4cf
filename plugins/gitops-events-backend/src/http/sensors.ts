import { sensorViewSchema } from '@gitops-events/plugin-gitops-events-common';
import type { Limits } from '../config';
import { countKeys } from '../store/countKeys';
import { readActivity } from '../timeline/readActivity';
import { readDecisions } from '../timeline/readDecisions';
import { readLagOf } from '../timeline/readLag';
import type { ReadRoom } from '../timeline/readRoom';
import { readRevision } from '../timeline/readRevision';
import { readSensor, readSensors } from '../timeline/readSensors';
import type { Decisions } from './decisions';
import { found, mayDecide, type Asked, type Handlers } from './handlers';

const words = {
  pauseSensor: 'pause this sensor',
  resumeSensor: 'resume this sensor',
  resetBreaker: 'reset the circuit breaker of this sensor',
};

export const sensorHandlers = (
  room: ReadRoom,
  decisions: Decisions,
  limits: Pick<Limits, 'sensorKeys'>,
): Pick<
  Handlers,
  | 'listSensors'
  | 'getSensor'
  | 'getSensorActivity'
  | 'getSensorRevision'
  | 'listDecisions'
  | 'pauseSensor'
  | 'resumeSensor'
  | 'resetBreaker'
> => {
  const { knex } = room;
  const write = async (
    asked: Asked<'pauseSensor'>,
    what: keyof typeof words,
  ) => {
    const { params, body, access, by } = asked;
    const read = async () =>
      found(await readSensor(knex, params.name), 'sensor');
    const { owner } = await read();
    mayDecide(access, { ownerRefs: [owner] }, words[what]);
    await decisions[what]({ ...params, ...body, by });
    return sensorViewSchema.parse(await read());
  };

  return {
    listSensors: ({ query, access }) => readSensors(knex, query, access),
    async getSensor({ params: { name }, access }) {
      const sensor = found(await readSensor(knex, name, access), 'sensor');
      const limit = limits.sensorKeys;
      const keys = await countKeys(knex, name, limit);
      const lag = await readLagOf(room, sensor);
      return { ...sensor, memory: { keys, limit }, lag };
    },
    async getSensorActivity({ params, query, access }) {
      found(await readSensor(knex, params.name, access), 'sensor');
      return readActivity(knex, params.name, query);
    },
    async getSensorRevision({ params, query, access }) {
      found(await readSensor(knex, params.name, access), 'sensor');
      return found(
        await readRevision(knex, params.name, { ...params, ...query }),
        'revision',
      );
    },
    async listDecisions({ params, query, access }) {
      found(await readSensor(knex, params.name, access), 'sensor');
      return readDecisions(knex, params.name, query);
    },
    pauseSensor: asked => write(asked, 'pauseSensor'),
    resumeSensor: asked => write(asked, 'resumeSensor'),
    resetBreaker: asked => write(asked, 'resetBreaker'),
  };
};
