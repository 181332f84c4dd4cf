import { createHash } from 'node:crypto';
import {
  checkBoundary,
  sensorFormat,
  type Boundary,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveRevision, SensorRow } from '../store/sensorRows';
import type { FoundSensor } from './readSensors';

/** A row to write, and the revision to add where its text is a new one. */
export interface SensorWrite {
  row: SensorRow;
  revision?: { digest: string; yaml: string; definition: Sensor };
}

/**
 * What the database must be told after a reading. Pure. A document that is
 * refused leaves the last good revision active, with its problems beside it,
 * as long as that one is within its owner's boundary still. What only a newer
 * engine can read, of the document and of what is active, is left to that one.
 */
export function planSensors(options: {
  found: FoundSensor[];
  rows: SensorRow[];
  boundaries: readonly Boundary[];
  /** Whether a location could be read, so that a sensor not found there is gone. */
  wasRead(location: string): boolean;
  /** Whether this engine can decide with what is active. */
  canRead(active: ActiveRevision): boolean;
}): { writes: SensorWrite[]; activeSetChanges: boolean } {
  const { rows, wasRead } = options;
  const before = new Map(rows.map(row => [row.name, row]));
  const found = nameByFile(options.found, rows);
  const names = new Set(found.map(({ name }) => name));
  const planned = [
    ...found.map(sensor => planOne(sensor, before.get(sensor.name), options)),
    ...rows
      .filter(row => row.present && !names.has(row.name))
      .filter(row => wasRead(row.location))
      .map(row => ({ row: { ...row, present: false } })),
  ];
  const writes = planned.filter(
    ({ row }) => JSON.stringify(row) !== JSON.stringify(before.get(row.name)),
  );
  return {
    writes,
    activeSetChanges: writes.some(
      ({ row }) => activeOf(row) !== activeOf(before.get(row.name)),
    ),
  };
}

/**
 * A document whose name cannot be read any more is taken for those that its
 * file held and does not hold now: they are broken, not gone.
 */
function nameByFile(found: FoundSensor[], rows: SensorRow[]): FoundSensor[] {
  const names = new Set(found.map(({ name }) => name));
  return found.flatMap(sensor => {
    if (!sensor.nameless) return [sensor];
    const missing = rows.filter(
      ({ name, location, present, active }) =>
        present && active && location === sensor.location && !names.has(name),
    );
    missing.forEach(({ name }) => names.add(name));
    return missing.length > 0
      ? missing.map(({ name }) => ({ ...sensor, name }))
      : [sensor];
  });
}

function planOne(
  found: FoundSensor,
  before: SensorRow | undefined,
  {
    boundaries,
    canRead,
  }: {
    boundaries: readonly Boundary[];
    canRead(active: ActiveRevision): boolean;
  },
): SensorWrite {
  const { name, location, yaml, sensor, owner, problems } = found;
  const base = { name, location, problems, present: true };
  if (!sensor) {
    if (before?.active && !canRead(before.active)) return { row: before };
    const active = withinBoundary(before?.active, boundaries);
    return {
      row: {
        ...base,
        active,
        newestRevision: before?.newestRevision ?? 0,
        title: active?.definition.metadata.title ?? name,
        owner: active?.definition.metadata.owner ?? owner,
        refusedYaml: yaml,
      },
    };
  }
  const digest = digestOf(yaml, sensor);
  const same = before?.active?.digest === digest ? before.active : undefined;
  const newest = before?.newestRevision ?? 0;
  const revision = same?.revision ?? newest + 1;
  return {
    row: {
      ...base,
      active: {
        revision,
        digest,
        definition: sensor,
        format: same?.format ?? sensorFormat,
      },
      newestRevision: Math.max(newest, revision),
      title: sensor.metadata.title ?? name,
      owner,
      refusedYaml: undefined,
    },
    ...(!same && { revision: { digest, yaml, definition: sensor } }),
  };
}

/** Of what decides: the text, and what this version of ours reads in it. */
function digestOf(yaml: string, sensor: Sensor): string {
  return createHash('sha256')
    .update(JSON.stringify([yaml, sensor]))
    .digest('hex');
}

function withinBoundary(
  active: SensorRow['active'],
  boundaries: readonly Boundary[],
): SensorRow['active'] {
  if (!active) return undefined;
  const { owner } = active.definition.metadata;
  const boundary = boundaries.find(each => each.owner === owner);
  return checkBoundary(active.definition, boundary).length === 0
    ? active
    : undefined;
}

function activeOf(row: SensorRow | undefined): number | undefined {
  return row?.present ? row.active?.revision : undefined;
}
