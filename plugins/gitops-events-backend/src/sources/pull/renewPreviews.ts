import type { Knex } from 'knex';
import { readOldPreviews, renewPreview } from '../../store/refusedMessages';
import { previewOf } from './viewRefused';

/** A message may have megabytes. */
const AT_ONCE = 10;

/**
 * Makes previews again that older versions made, a few at a time.
 *
 * @returns whether there may be more
 */
export async function renewPreviews(knex: Knex): Promise<boolean> {
  const old = await readOldPreviews(knex, AT_ONCE);
  for (const { seq, message } of old) {
    await renewPreview(knex, seq, previewOf(message));
  }
  return old.length === AT_ONCE;
}
