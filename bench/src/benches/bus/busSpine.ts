import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { ChaosBroker, ChaosBus } from '../../chaos/bus/chaosBus';
import { connectBroker, type ReplicaBus } from '../../chaos/bus/connectBroker';
import type { BenchRoom } from '../../environment/benchRoom';
import { Starts } from '../../measure/starts';
import { quietLogger } from '../../ours/quietLogger';
import { prepareFolders } from '../../ours/spineConfig';
import { startAction } from '../../ours/startSensor';
import { startSpine, type Spine } from '../../ours/startSpine';

/** Fires for images that are pushed; other events of their ingress pass by. */
export const pushedSensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'start', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [
      { name: 'pushed', ingress: 'registry', type: 'io.registry.artifact.*' },
    ],
    steps: [{ id: 'start', action: 'bench:start' }],
  },
};

/** The whole chain on a bus. */
export interface MeasuredSpine {
  spine: Spine;
  /** Of the steps of {@link pushedSensor}. */
  started: Starts;
}

export async function busSpine(
  room: BenchRoom,
  { name }: ChaosBus,
  broker: ChaosBroker | undefined,
): Promise<MeasuredSpine> {
  await prepareFolders(room.folder, {
    sensors: [pushedSensor],
    applications: 1,
  });
  const started = new Starts();
  const spine = await startSpine({
    knex: await room.emptyDatabase(`bus_${name}`),
    folder: room.folder,
    actions: [startAction(id => started.tell(id))],
    broker:
      broker &&
      connectBroker(
        { kind: name as ReplicaBus['kind'], settings: broker.settings },
        quietLogger,
      ),
  });
  return { spine, started };
}
