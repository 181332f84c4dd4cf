import type {
  Reason,
  StoredEvent,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Evaluation,
  Firing,
} from '@gitops-events/plugin-gitops-events-sensors';
import { newRun, type RunConfig } from '../pipeline/newRun';
import { resolveRun, type ResolvedRun } from '../pipeline/resolveRun';
import type { ActiveSensor } from '../sandbox';
import type { NewRun } from '../store/insertRuns';
import type { Run } from '../store/runRow';
import { rehearseRun, type RehearsalStage } from './rehearseRun';
import type { RehearsedStep } from './rehearseRun';

export interface FiringStage extends Omit<RehearsalStage, 'config'> {
  config: RunConfig;
}

/** A run that nobody made, and what it would do; it may be held before its first step. */
export interface RehearsedRun {
  held?: Reason;
  run: Run;
  steps: RehearsedStep[];
}

/** The run of a firing as it would stand in the database. */
export function imaginedRun(what: {
  firing: Firing;
  sensor: ActiveSensor;
  /** What the sensor's text said to the last event. */
  evaluation: Evaluation;
  /** The event that completed it. */
  event: StoredEvent;
  config: RunConfig;
  /** When it was decided, where that was later than it fired. Milliseconds since the epoch. */
  decidedAt?: number;
  /** Its place in its lane. */
  seq: number;
  /** Of a replay that makes runs. */
  generation?: number;
  redirect?: Target;
}): Run {
  const { firing, evaluation, decidedAt = 0, seq } = what;
  const told = evaluation.result === 'matched' ? evaluation.scope : undefined;
  const now = Math.max(firing.at, decidedAt);
  const made: NewRun = newRun({ ...what, told, owners: new Map(), now });
  return { ...made, seq, version: 1 };
}

/** Goes through a run that nobody made, from what it is made of to its last step. */
export async function rehearseFiring(
  stage: FiringStage,
  what: {
    run: Run;
    sensor: ActiveSensor;
    /** Of the run, in the order they came. */
    events: StoredEvent[];
    /** Whether there is time to go through its steps. */
    inTime?: boolean;
  },
): Promise<RehearsedRun> {
  const { sensor, inTime = true } = what;
  const told = await tell(stage, what);
  if ('reason' in told) return { held: told.reason, run: what.run, steps: [] };
  const steps = inTime
    ? await rehearseRun(stage, { ...told, sensor: sensor.definition })
    : unreached(sensor);
  return { run: told.run, steps };
}

/** What a run is made of, or why it is held. */
async function tell(
  { sandbox, config }: FiringStage,
  what: { run: Run; sensor: ActiveSensor; events: StoredEvent[] },
): Promise<ResolvedRun | { reason: Reason }> {
  const { run, sensor, events } = what;
  if (run.state === 'held') return { reason: run.reason! };
  const ownersOf = async () => new Map();
  return resolveRun(
    { sandbox, config, ownersOf },
    { run, sensor: sensor.definition, events },
  );
}

function unreached({ definition }: ActiveSensor): RehearsedStep[] {
  const held: Reason = {
    code: 'deadline',
    message:
      'There was no time left to go through this run; try with fewer events.',
  };
  const [{ id, action }] = definition.spec.steps;
  return [{ id, action, held }];
}
