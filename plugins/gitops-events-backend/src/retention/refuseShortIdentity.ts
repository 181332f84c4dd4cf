import { InputError } from '@backstage/errors';
import type { Knex } from 'knex';
import { readActiveSet } from '../store/activeSet';
import type { Retention } from './readRetention';
import { rememberedTooLong } from './rememberedTooLong';

/** @throws InputError where an active sensor remembers for longer than events are known */
export async function refuseShortIdentity(
  knex: Knex,
  retention: Retention,
): Promise<void> {
  const { sensors, newer } = await readActiveSet(knex);
  const unread = new Set(newer.map(({ sensor }) => sensor));
  for (const { name, definition } of sensors) {
    if (unread.has(name)) continue;
    const why = rememberedTooLong(definition, retention);
    if (why) throw new InputError(`Sensor ${name}: ${why}`);
  }
}
