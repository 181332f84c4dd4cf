import type { Knex } from 'knex';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { ActiveSensor } from '../sandbox';
import { runOf } from '../store/runRow';
import { decisionOf, type DecisionRow } from './decisionRow';
import { firedDecision } from './eventView';

/** What a sensor said to an event; undefined when its index said no, or nobody asked it. */
export async function readDecision(
  knex: Knex,
  key: { eventUid: string; sensor: string },
): Promise<Omit<DecisionRow, 'seq'> | undefined> {
  const where = { event_uid: key.eventUid, sensor: key.sensor, generation: 0 };
  const said = await knex('decisions').where(where).first();
  if (said) return decisionOf(said);
  const run = await knex('runs').where(where).first();
  return run && firedDecision({ run: runOf(run) });
}

/** A revision of a sensor: the one named, else the newest there was at that time, else the first. */
export async function readRevisionAt(
  knex: Knex,
  sensor: string,
  which: { revision?: number; at: number },
): Promise<ActiveSensor | undefined> {
  const rows = () =>
    knex('sensor_revisions')
      .where({ sensor })
      .select('revision', 'definition')
      .limit(1);
  const [row] =
    which.revision !== undefined
      ? await rows().where({ revision: which.revision })
      : await rows()
          .where('created_at', '<=', which.at)
          .orderBy('revision', 'desc');
  const [found] = row ? [row] : await rows().orderBy('revision');
  return (
    found && {
      name: sensor,
      revision: found.revision,
      definition: JSON.parse(found.definition) as Sensor,
    }
  );
}
