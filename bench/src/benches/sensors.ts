import { Sandbox } from '@gitops-events/plugin-gitops-events-backend/src/sandbox';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  sensorSchema,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { BenchRoom } from '../environment/benchRoom';
import { interleave, type Side } from '../measure/interleave';
import { sampleEvent } from '../ours/sampleEvent';
import { benchRow } from '../report/benchRow';
import type { Bench } from './bench';

const MATCHING = 10;
const BATCH = 100;

/** Ten sensors match each event, however many there are. */
export const sensors: Bench = {
  name: 'sensors',
  about: 'what deciding an event costs with 10, 1,000 and 10,000 sensors',
  run: async room => {
    const sides: Side[] = [];
    for (const count of [10, 1_000, 10_000]) {
      sides.push(await side(room, count));
    }
    const medians = await interleave(sides, {
      rounds: room.quick ? 3 : 7,
      log: room.log,
    });
    return [...medians].map(([what, ours]) =>
      benchRow({ what, unit: 'us', ours }),
    );
  },
};

async function side(room: BenchRoom, count: number): Promise<Side> {
  const sandbox = new Sandbox({ expressionMs: 30_000, expressionHeapMb: 512 });
  room.atEnd(() => sandbox.stop());
  await sandbox.load(
    Array.from({ length: count }, (_, n) => ({
      name: `sensor-${n}`,
      revision: 1,
      definition: sensorOf(n),
    })),
    1,
  );
  const events = Array.from({ length: BATCH }, (_, n) => storedEvent(n));
  const batches = room.quick ? 5 : 20;
  return {
    name: `time per event, ${count} sensors`,
    measure: async () => {
      const start = performance.now();
      for (let n = 0; n < batches; n++) {
        const { events: answers } = await sandbox.evaluate(events);
        for (const answer of answers) expectMatches(answer);
      }
      return ((performance.now() - start) * 1000) / (batches * BATCH);
    },
  };
}

function expectMatches(
  answers: Array<{ evaluation: { result: string } }>,
): void {
  const matched = answers.filter(
    ({ evaluation }) => evaluation.result === 'matched',
  );
  if (matched.length !== MATCHING) {
    throw new Error(`${matched.length} sensors matched, not ${MATCHING}`);
  }
}

function sensorOf(n: number): Sensor {
  const type =
    n < MATCHING ? 'io.registry.artifact.pushed' : `io.registry.other.t${n}`;
  return sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: `sensor-${n}`, owner: 'group:default/platform' },
    spec: {
      dependencies: [
        {
          name: 'pushed',
          ingress: 'registry',
          type,
          filter: `event.data.repository.namespace == "shop" && event.data.tag.startsWith("1.")`,
        },
      ],
      params: { tag: '${{ event.data.tag }}' },
      steps: [{ id: 'bump', action: 'git:change' }],
    },
  });
}

function storedEvent(n: number): StoredEvent {
  return {
    ...sampleEvent(n),
    uid: String(n).padStart(32, '0'),
    ingress: 'registry',
    principal: 'external:registry',
    acceptedAt: Date.now(),
  };
}
