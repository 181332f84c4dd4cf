import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  checkBoundary,
  parseSensors,
  type ActionSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { ActiveSensor } from '../sandbox';
import { found } from './handlers';
import { HttpProblem } from './problem';

export interface SensorRoom {
  knex: Knex;
  config: Pick<GitopsEventsConfig, 'boundaries' | 'secrets'>;
  actions: readonly ActionSchema[];
}

/** Sensors as a body names them: a text, or a loaded one. */
interface Asked {
  yaml?: string;
  sensor?: string;
  /** The active one by default. */
  revision?: number;
}

/** Sensors in one text. */
const maxSensors = 20;

/** Those of a text have revision 0. Linter's warnings are told; errors refuse. */
export async function askedSensors(
  { knex, actions }: Omit<SensorRoom, 'config'>,
  { yaml, sensor, revision }: Asked,
): Promise<{ sensors: ActiveSensor[]; problems: ProblemMark[] }> {
  if (yaml === undefined) {
    const loaded = await readLoaded(knex, sensor!, revision);
    return { sensors: [loaded], problems: [] };
  }
  const parsed = parseSensors(yaml, { actions });
  refuseErrors(parsed.problems);
  if (parsed.sensors.length === 0 || parsed.sensors.length > maxSensors) {
    throw new HttpProblem({
      status: 400,
      detail: `The text holds ${parsed.sensors.length} sensors; send 1 to ${maxSensors}.`,
    });
  }
  return {
    sensors: parsed.sensors.map(one => ({
      name: one.sensor.metadata.name,
      revision: 0,
      definition: one.sensor,
    })),
    problems: parsed.problems,
  };
}

async function readLoaded(
  knex: Knex,
  sensor: string,
  asked: number | undefined,
): Promise<ActiveSensor> {
  const row = await knex('sensors')
    .join('sensor_revisions', 'sensor_revisions.sensor', 'sensors.name')
    .where({ name: sensor, present: true })
    .where(
      'sensor_revisions.revision',
      asked === undefined ? knex.ref('sensors.revision') : asked,
    )
    .first('name', 'sensor_revisions.revision', 'definition');
  const what = asked === undefined ? 'sensor' : 'revision of this sensor';
  const { name, revision, definition } = found(row, what);
  return { name, revision, definition: JSON.parse(definition) };
}

/** Later than the owner: what is granted to an owner is for its members to know. */
export function refuseBeyondBoundary(
  { config, actions }: Omit<SensorRoom, 'knex'>,
  { yaml }: Asked,
): void {
  const { boundaries } = config;
  const secrets = config.secrets?.names ?? [];
  if (yaml !== undefined) {
    const options = { actions, boundaries, secrets };
    refuseErrors(parseSensors(yaml, options).problems);
  }
}

/** A revision that is no longer active may be beyond what its owner is granted today. */
export function refuseRevisionBeyond(
  { config }: Pick<SensorRoom, 'config'>,
  { definition }: ActiveSensor,
): void {
  const { owner } = definition.metadata;
  const boundary = config.boundaries.find(one => one.owner === owner);
  const [problem] = checkBoundary(definition, boundary);
  if (!problem) return;
  throw new HttpProblem({ status: 422, detail: problem.message });
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
