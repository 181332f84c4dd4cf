import type { SensorRevisionDetail } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { diffFiles } from '../render/diff';
import { iso } from './runView';

/** One revision of a sensor, and how it differs from another; undefined where one of them never was. */
export async function readRevision(
  knex: Knex,
  sensor: string,
  { revision, against }: { revision: number; against?: number },
): Promise<SensorRevisionDetail | undefined> {
  const [row, other] = await Promise.all(
    [revision, against].map(number =>
      number === undefined
        ? undefined
        : knex('sensor_revisions').where({ sensor, revision: number }).first(),
    ),
  );
  if (!row || (against !== undefined && !other)) return undefined;
  return {
    revision: Number(row.revision),
    createdAt: iso(Number(row.created_at)),
    digest: row.digest,
    yaml: row.yaml,
    diff: other && diffTexts(`${sensor}.yaml`, other.yaml, row.yaml),
  };
}

/** What a revision means; the active one by default. */
export async function readDefinition(
  knex: Knex,
  sensor: string,
  revision?: number,
): Promise<Sensor | undefined> {
  const row = await knex('sensor_revisions')
    .where('sensor_revisions.sensor', sensor)
    .modify(query => {
      if (revision !== undefined) query.where({ revision });
      else {
        query.whereExists(active =>
          active
            .from('sensors')
            .select('name')
            .whereRaw('sensors.name = sensor_revisions.sensor')
            .whereRaw('sensors.revision = sensor_revisions.revision'),
        );
      }
    })
    .first('definition');
  return row && JSON.parse(row.definition);
}

function diffTexts(path: string, before: string, after: string) {
  const side = (text: string) => ({
    mode: '100644',
    content: Buffer.from(text),
  });
  return diffFiles([{ path, before: side(before), after: side(after) }])[0];
}
