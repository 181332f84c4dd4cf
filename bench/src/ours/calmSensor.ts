import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { BenchRoom } from '../environment/benchRoom';
import type { Starts } from '../measure/starts';
import { percentile } from '../measure/statistics';
import { quietEvent, samplePrincipal } from './sampleEvent';
import type { Spine } from './startSpine';

const PAUSE_MS = 50;

/** A sensor whose one step says that it started, for the events of an ingress. */
export const sensorOf = (ingress: string): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: ingress, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'came', ingress, type: `io.${ingress}.*` }],
    steps: [{ id: 'start', action: 'bench:start' }],
  },
});

let sent = 0;

/** One event after the other until `end`; seconds from accepting each to the start of its step. */
export async function calmUntil(
  { acceptor }: Spine,
  started: Starts,
  end: Promise<unknown>,
): Promise<number[]> {
  let over = false;
  const ended = end.finally(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over) {
    sent += 1;
    const event = quietEvent(sent);
    const time = await started.timeOf(event.id, () =>
      acceptor.accept({ events: [event], credentials: samplePrincipal }),
    );
    times.push(time / 1_000);
    await pause(PAUSE_MS);
  }
  await ended;
  return times;
}

export function tellTimes(
  room: BenchRoom,
  name: string,
  times: number[],
): void {
  const shown = [50, 90, 99, 100].map(
    percent => `p${percent} ${percentile(times, percent).toFixed(3)}`,
  );
  room.log(`  ${name}, ${times.length} events: ${shown.join(', ')} s`);
}

export function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
