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
  const { sensors } = await readActiveSet(knex);
  for (const { name, definition } of sensors) {
    const why = rememberedTooLong(definition, retention);
    if (why) throw new InputError(`Sensor ${name}: ${why}`);
  }
}
