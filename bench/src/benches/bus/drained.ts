import type { Spine } from '../../ours/startSpine';
import { pause } from '../../ours/calmSensor';

const PATIENCE_MS = 120_000;

/** Resolves when as many events as were accepted are in the log, and all of them are decided. */
export async function drained(
  { service }: Spine,
  accepted: number,
): Promise<void> {
  const { knex } = service.database;
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const row = await knex('events').count({ count: '*' }).first();
    const positions = await knex('positions').select('partition', 'position');
    const statuses = await service.bus.status(
      new Map(positions.map(each => [each.partition, each.position])),
    );
    const isDone =
      Number(row!.count) >= accepted && statuses.every(({ lag }) => lag === 0);
    if (isDone) return;
    if (performance.now() > giveUpAt) {
      throw new Error(`Only ${row!.count} of ${accepted} events were taken in`);
    }
    await pause(20);
  }
}
