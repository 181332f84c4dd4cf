import type { Knex } from 'knex';
import {
  priorities,
  sensorSchema,
  type SensorInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { GitopsEventsConfig } from '../config';
import { isGated } from '../gate/isGated';
import { eventUid } from '../pipeline/accept';
import { runIdOf } from '../pipeline/effectId';

/** A sensor revision in the store, as the loader writes it. */
export async function storeSensor(
  knex: Knex,
  input: SensorInput,
  revision = 1,
): Promise<void> {
  const sensor = sensorSchema.parse(input);
  await knex('sensor_revisions').insert({
    sensor: sensor.metadata.name,
    revision,
    digest: `${revision}`.repeat(64).slice(0, 64),
    yaml: '',
    definition: JSON.stringify(sensor),
    created_at: Date.now(),
  });
}

/** An event and a run that a sensor fired for it, as decide writes them. Returns the run's id. */
export async function fire(
  knex: Knex,
  what: {
    id: string;
    sensor: SensorInput;
    data?: object;
    mode?: 'observe' | 'propose' | 'auto';
    lane?: string;
    title?: string;
    principal?: string;
    entityRef?: string;
    environment?: string;
    concurrencyKey?: string;
    targets?: GitopsEventsConfig['targets'];
    /** Milliseconds since the epoch; now, by default. */
    acceptedAt?: number;
  },
): Promise<string> {
  const { sensor } = what;
  const definition = sensorSchema.parse(sensor);
  const now = Date.now();
  const source = '/test';
  const uid = eventUid(source, what.id);
  await knex('events').insert({
    uid,
    partition: 'test/0',
    ingress: 'test',
    principal: what.principal ?? 'external:test',
    id: what.id,
    source,
    type: 'test.event',
    entity_ref: what.entityRef ?? null,
    content_type: 'application/json',
    depth: 0,
    accepted_at: what.acceptedAt ?? now,
    data: Buffer.from(JSON.stringify(what.data ?? {})),
  });
  const id = runIdOf({
    events: [uid],
    sensor: sensor.metadata.name,
    generation: 0,
  });
  await knex('runs').insert({
    id,
    event_uid: uid,
    sensor: sensor.metadata.name,
    revision: 1,
    title: what.title ?? `Run ${what.id}`,
    owner_ref: sensor.metadata.owner,
    entity_ref: what.entityRef ?? null,
    target: what.environment
      ? JSON.stringify({ environment: what.environment })
      : null,
    mode: what.mode ?? 'auto',
    scope: JSON.stringify({
      events: [{ uid, dependency: 'asked' }],
      params: {},
      concurrencyKey: what.concurrencyKey,
    }),
    lane: what.lane ?? null,
    blocks_lane: what.lane !== undefined,
    state: 'queued',
    step: 0,
    attempt: 0,
    steps: JSON.stringify(
      sensor.spec.steps.map(step => ({
        id: step.id,
        action: step.action,
        state: 'pending',
        attempts: 0,
      })),
    ),
    due_at: now,
    gated: isGated(definition, what.targets ?? {}, now),
    priority: priorities.indexOf(definition.spec.priority) - 1,
    version: 1,
    created_at: now,
  });
  return id;
}
