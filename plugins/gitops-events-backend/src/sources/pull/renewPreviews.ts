import type { Knex } from 'knex';
import { readOldPreview, renewPreview } from '../../store/refusedMessages';
import { previewOf } from './viewRefused';

/**
 * Makes the preview of one message again that an older version made. One at a
 * time: a message may have many megabytes.
 *
 * @returns whether there may be more
 */
export async function renewPreviews(knex: Knex): Promise<boolean> {
  const old = await readOldPreview(knex);
  if (old) await renewPreview(knex, old.seq, previewOf(old.message));
  return old !== undefined;
}
