import {
  sensorSchema,
  type Sensor,
  type SensorInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';

/** A sensor for tests: listens to `io.example.pushed` of the ingress `registry`. */
export function testSensor(
  name: string,
  spec: Partial<SensorInput['spec']> = {},
): Sensor {
  return sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, owner: 'group:default/platform' },
    spec: {
      mode: 'auto',
      dependencies: [
        { name: 'pushed', ingress: 'registry', type: 'io.example.pushed' },
      ],
      steps: [{ id: 'wait', action: 'sync:wait' }],
      ...spec,
    },
  });
}

/** Makes these the active set, as the loader does. */
export async function activate(knex: Knex, sensors: Sensor[]): Promise<void> {
  for (const definition of sensors) {
    const { name, owner } = definition.metadata;
    await knex('sensors')
      .insert({
        name,
        version: 1,
        revision: 1,
        present: true,
        paused: false,
        title: name,
        owner,
        location: 'test',
        problems: '[]',
        updated_at: 0,
      })
      .onConflict('name')
      .merge();
    await knex('sensor_revisions')
      .insert({
        sensor: name,
        revision: 1,
        digest: '',
        yaml: '',
        definition: JSON.stringify(definition),
        created_at: 0,
      })
      .onConflict(['sensor', 'revision'])
      .merge();
  }
  await knex('active_set').increment('generation', 1);
}
