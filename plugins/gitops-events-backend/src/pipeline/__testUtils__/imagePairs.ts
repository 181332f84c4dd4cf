import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { runOf } from '../../store/runRow';

export const pushedAndScanned: SensorInput['spec']['dependencies'] = [
  { name: 'pushed', ingress: 'registry', type: 'image.pushed' },
  { name: 'scanned', ingress: 'scanner', type: 'image.scanned' },
];

let number = 0;
/** An event about an image; its partition goes by something else. */
export function about(
  image: string,
  kind: 'pushed' | 'scanned',
): IncomingEvent {
  number += 1;
  return incomingEvent({
    id: `e${number}`,
    ingress: kind === 'pushed' ? 'registry' : 'scanner',
    type: `image.${kind}`,
    subject: image,
    partitionKey: `p${number % 7}`,
  });
}

/**
 * So many pushes and scans, in batches, near enough to each other that several
 * partitions have events of one image at the same time. Half of the pairs have
 * an image of their own; the others share a few, a hundred pairs each.
 */
export function pairsInBatches(pairs: number): IncomingEvent[][] {
  const image = (n: number) =>
    n % 2 === 0 ? `shared ${(n / 2) % (pairs / 200)}` : `image ${n}`;
  const events = Array.from({ length: pairs }, (_, n) => [
    about(image(n), 'pushed'),
    about(image((n + 60) % pairs), 'scanned'),
  ]).flat();
  return Array.from({ length: Math.ceil(events.length / 100) }, (_, n) =>
    events.slice(n * 100, n * 100 + 100),
  );
}

/** What came of the pairs: so many runs, how many of them of one image, of how many events, and what is left. */
export async function joinsOf(knex: Knex, batches: IncomingEvent[][]) {
  const subjects = new Map(
    batches.flat().map(({ uid, subject }) => [uid, subject]),
  );
  const runs = (await knex('runs').orderBy('seq')).map(runOf);
  const joined = runs.map(({ scope }) => scope.events.map(({ uid }) => uid));
  return {
    runs: runs.length,
    ofOneImage: joined.filter(
      ([one, other]) => subjects.get(one) === subjects.get(other),
    ).length,
    events: new Set(joined.flat()).size,
    outcomes: await knex('decisions').distinct('outcome').pluck('outcome'),
    remembered: await knex('sensor_state').pluck('key'),
  };
}

/** Each event fired once, a push with a scan of its own image, and nobody waits. */
export const eachOnce = (pairs: number) => ({
  runs: pairs,
  ofOneImage: pairs,
  events: 2 * pairs,
  outcomes: ['fired'],
  remembered: [],
});
