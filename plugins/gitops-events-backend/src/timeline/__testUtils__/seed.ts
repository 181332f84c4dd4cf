import { createHash } from 'node:crypto';
import type {
  DecisionView,
  Reason,
  StopScope,
  TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';
import { sensorSchema } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { noCounts } from '../../replay/replay';
import type { Run } from '../../store/runRow';
import { insertStop } from '../../store/stops';
import { appendTimeline } from '../append';

/** Rows as the pipeline leaves them, for the tests of what reads them. */

/** 2026-01-05T10:00:00Z. */
export const start = Date.UTC(2026, 0, 5, 10);

/** Empties what the functions below fill; quicker than another database. */
export async function clear(knex: Knex): Promise<void> {
  for (const table of [
    'events',
    'positions',
    'sensors',
    'sensor_revisions',
    'decisions',
    'runs',
    'effects',
    'changes',
    'change_revisions',
    'approvals',
    'timeline',
    'notified',
  ]) {
    await knex(table).delete();
  }
}

export const idOf = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 32);

export async function seedEvent(
  knex: Knex,
  event: {
    id: string;
    source?: string;
    type?: string;
    subject?: string;
    principal?: string;
    ingress?: string;
    entityRef?: string;
    ownerRef?: string;
    extensions?: Record<string, unknown>;
    acceptedAt?: number;
    partition?: string;
    contentType?: string;
    data?: Uint8Array;
  },
): Promise<string> {
  const uid = idOf(`event ${event.id}`);
  await knex('events').insert({
    uid,
    partition: event.partition ?? 'registry/0',
    ingress: event.ingress ?? 'registry',
    principal: event.principal ?? 'external:registry',
    id: event.id,
    source: event.source ?? 'https://registry.example.com',
    type: event.type ?? 'com.example.image.pushed',
    subject: event.subject ?? null,
    content_type: event.contentType ?? 'application/json',
    extensions: JSON.stringify(event.extensions ?? {}),
    entity_ref: event.entityRef ?? null,
    owner_ref: event.ownerRef ?? null,
    depth: 0,
    accepted_at: event.acceptedAt ?? start,
    data: event.data ? Buffer.from(event.data) : null,
  });
  return uid;
}

export async function seedPosition(
  knex: Knex,
  position: { partition?: string; clock: number; position?: string },
): Promise<void> {
  await knex('positions')
    .insert({
      partition: position.partition ?? 'registry/0',
      version: 1,
      position: position.position ?? null,
      clock: position.clock,
    })
    .onConflict('partition')
    .merge();
}

export async function seedSensor(
  knex: Knex,
  sensor: { name: string; owner?: string; title?: string; paused?: boolean },
): Promise<void> {
  const definition = sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: {
      name: sensor.name,
      owner: sensor.owner ?? 'group:default/platform',
      description: 'Moves images on',
    },
    spec: {
      mode: 'auto',
      dependencies: [{ name: 'pushed', type: 'com.example.image.pushed' }],
      steps: [{ id: 'bump', action: 'git:change', input: {} }],
    },
  });
  await knex('sensor_revisions').insert({
    sensor: sensor.name,
    revision: 1,
    digest: 'd'.repeat(64),
    yaml: `kind: Sensor # ${sensor.name}`,
    definition: JSON.stringify(definition),
    created_at: start,
  });
  await knex('sensors').insert({
    name: sensor.name,
    version: 1,
    revision: 1,
    present: true,
    paused: sensor.paused ?? false,
    title: sensor.title ?? sensor.name,
    owner: sensor.owner ?? 'group:default/platform',
    location: 'sensors/promote.yaml',
    problems: '[]',
    updated_at: start,
  });
}

export async function seedDecision(
  knex: Knex,
  decision: {
    eventUid: string;
    sensor: string;
    outcome: DecisionView['outcome'];
    reason?: Reason;
    /** Of a run that it shares with other events. */
    runId?: string;
    at?: number;
  },
): Promise<void> {
  await knex('decisions').insert({
    event_uid: decision.eventUid,
    sensor: decision.sensor,
    revision: 1,
    outcome: decision.outcome,
    reason: JSON.stringify(
      decision.reason ?? { code: 'filter', message: 'Its filter is false.' },
    ),
    run_id: decision.runId ?? null,
    decided_at: decision.at ?? start,
  });
}

export async function seedRun(
  knex: Knex,
  run: Pick<Run, 'eventUid'> & { name: string } & Partial<Run>,
): Promise<string> {
  const id = idOf(`run ${run.name}`);
  const createdAt = run.createdAt ?? start + 10;
  await knex('runs').insert({
    id,
    event_uid: run.eventUid,
    sensor: run.sensor ?? 'promote-image',
    revision: run.revision ?? 1,
    generation: run.generation ?? 0,
    title: run.title ?? run.name,
    owner_ref: run.ownerRef ?? 'group:default/platform',
    entity_ref: run.entityRef ?? null,
    entity_owner_ref: run.entityOwnerRef ?? null,
    mode: run.mode ?? 'auto',
    agreed: run.agreed ?? null,
    scope: run.scope ? JSON.stringify(run.scope) : null,
    blocks_lane: false,
    state: run.state ?? 'queued',
    end: run.end ?? null,
    step: run.step ?? 0,
    attempt: 0,
    steps: JSON.stringify(
      run.steps ?? [
        { id: 'bump', action: 'git:change', state: 'pending', attempts: 0 },
      ],
    ),
    reason: run.reason ? JSON.stringify(run.reason) : null,
    due_at: createdAt,
    version: run.version ?? 1,
    created_at: createdAt,
    held_at: run.heldAt ?? (run.state === 'held' ? createdAt : null),
    ended_at: run.endedAt ?? null,
  });
  return id;
}

export async function seedLine(
  knex: Knex,
  line: {
    kind: TimelineKind;
    eventUid?: string;
    runId?: string;
    changeId?: string;
    data: Record<string, unknown>;
    at: number;
  },
): Promise<void> {
  await appendTimeline(knex, [line]);
}

export async function seedReplay(
  knex: Knex,
  replay: {
    name: string;
    sensor: string;
    ownerRef?: string;
    state?: string;
    mode?: string;
    target?: object;
    endedAt?: number;
  },
): Promise<string> {
  const id = idOf(`replay ${replay.name}`);
  const { definition } = await knex('sensor_revisions')
    .where({ sensor: replay.sensor })
    .first('definition');
  await knex('replays').insert({
    id,
    sensor: replay.sensor,
    revision: 1,
    definition,
    owner_ref: replay.ownerRef ?? 'group:default/platform',
    events: JSON.stringify({ from: new Date(start).toISOString() }),
    starts_at: start,
    counts_from: start,
    counts_to: start,
    ends_at: start,
    per_second: 100,
    state: replay.state ?? 'running',
    mode: replay.mode ?? 'dry',
    target: replay.target ? JSON.stringify(replay.target) : null,
    ended_at: replay.endedAt ?? null,
    counts: JSON.stringify(noCounts),
    created_by: 'user:default/pia',
    attempt: 0,
    due_at: start,
    version: 1,
    created_at: start,
  });
  return id;
}

/** A stop in force, by default of everything. */
export async function seedStop(
  knex: Knex,
  stop: { name: string; scope?: StopScope },
): Promise<string> {
  const id = idOf(`stop ${stop.name}`);
  await insertStop(knex, {
    id,
    scope: stop.scope ?? { kind: 'all' },
    reason: 'The registry is not to be trusted',
    by: 'user:default/pia',
    at: start,
  });
  return id;
}
