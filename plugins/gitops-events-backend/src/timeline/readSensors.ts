import type {
  BreakerView,
  ProblemMark,
  SensorDetail,
  SensorView,
} from '@gitops-events/plugin-gitops-events-common';
import {
  conditionText,
  describeSensor,
  describeStep,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { sensorOwnedBy } from '../permissions/owners';
import { optionalNumber } from '../store/runRow';
import { countAgreement } from './countAgreement';
import { countDecisions, type DecisionCounts } from './countDecisions';
import { orContains, type Page } from './page';
import { readBreakers, untouchedBreaker } from './readBreakers';
import { iso } from './runView';

export interface SensorsQuery {
  cursor?: string;
  limit: number;
  text?: string;
}

/** Sensors by name. */
export async function readSensors(
  knex: Knex,
  query: SensorsQuery,
  access: Access,
): Promise<Page<SensorView>> {
  const rows: Row[] = await selectSensors(knex)
    .where('sensors.present', true)
    .modify(sensors => {
      const after = query.cursor && nameOf(query.cursor);
      if (after) sensors.where('sensors.name', '>', after);
      if (query.text) {
        const text = query.text;
        sensors.where(any =>
          ['name', 'title', 'owner'].forEach(column =>
            orContains(any, `sensors.${column}`, text),
          ),
        );
      }
      access.restrict(sensors, sensorOwnedBy);
    })
    .orderBy('sensors.name')
    .limit(query.limit + 1);

  const more = rows.length > query.limit;
  if (more) rows.pop();
  const names = rows.map(({ name }) => name);
  const counts = await countDecisions(knex, names);
  const breakers = await readBreakers(knex, names);
  const agreement = await countAgreement(knex, names);
  return {
    items: rows.map(row => ({
      ...sensorView(row, counts.get(row.name), breakers.get(row.name)),
      agreement: agreement.get(row.name),
    })),
    ...(more && {
      nextCursor: Buffer.from(rows.at(-1)!.name).toString('base64url'),
    }),
  };
}

/** One sensor; undefined when there is none, or none that the reader may see. */
export async function readSensor(
  knex: Knex,
  name: string,
  access?: Access,
): Promise<Omit<SensorDetail, 'memory' | 'lag'> | undefined> {
  const row: Row | undefined = await selectSensors(knex)
    .where('sensors.name', name)
    .first();
  if (!row || access?.allows({ ownerRefs: [row.owner] }) === false) {
    return undefined;
  }
  const counts = await countDecisions(knex, [name]);
  const breakers = await readBreakers(knex, [name]);
  const revisions = await knex('sensor_revisions')
    .where({ sensor: name })
    .select('revision', 'created_at', 'digest')
    .orderBy('revision', 'desc')
    .limit(100);
  const sensor = definitionOf(row);
  return {
    ...sensorView(row, counts.get(name), breakers.get(name)),
    agreement: (await countAgreement(knex, [name])).get(name),
    yaml: row.yaml ?? row.refused_yaml ?? '',
    refusedYaml: (row.yaml && row.refused_yaml) ?? undefined,
    condition: sensor && conditionText(sensor),
    bounds: sensor ? describeSensor(sensor).bounds : [],
    does: sensor?.spec.steps.map(describeStep) ?? [],
    revisions: revisions.map(({ revision, created_at: createdAt, digest }) => ({
      revision,
      createdAt: iso(Number(createdAt)),
      digest,
    })),
  };
}

type Row = Record<string, any> & { name: string; owner: string };

function selectSensors(knex: Knex): Knex.QueryBuilder<any, any> {
  return knex('sensors')
    .leftJoin('sensor_revisions', join =>
      join
        .on('sensor_revisions.sensor', 'sensors.name')
        .andOn('sensor_revisions.revision', 'sensors.revision'),
    )
    .select(
      'sensors.*',
      'sensor_revisions.definition',
      'sensor_revisions.yaml',
    );
}

function sensorView(
  row: Row,
  counts: DecisionCounts | undefined,
  breaker: BreakerView = untouchedBreaker,
): SensorView {
  const sensor = definitionOf(row);
  return {
    name: row.name,
    title: row.title,
    description: sensor?.metadata.description,
    owner: row.owner,
    mode: sensor?.spec.mode ?? 'propose',
    paused: Boolean(row.paused),
    revision: optionalNumber(row.revision),
    location: row.location,
    problems: JSON.parse(row.problems) as ProblemMark[],
    dependencies: (sensor?.spec.dependencies ?? []).map(
      ({ name, ingress, type, filter }) => ({ name, ingress, type, filter }),
    ),
    steps: (sensor?.spec.steps ?? []).map(({ id, action }) => ({ id, action })),
    counts: counts ?? { fired: 0, notMatched: 0, suppressed: 0, held: 0 },
    ...(sensor?.spec.circuitBreaker && { breaker }),
    updatedAt: iso(Number(row.updated_at)),
    version: Number(row.version),
  };
}

function definitionOf(row: Row): Sensor | undefined {
  return row.definition ? JSON.parse(row.definition) : undefined;
}

function nameOf(cursor: string): string {
  const name = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^[a-z0-9.-]+$/.test(name)) {
    throw new InputError(
      'The cursor is not one of ours. Take nextCursor of the page before, or leave it out to start again.',
    );
  }
  return name;
}
