import type { Knex } from 'knex';
import type { WebhookNews } from '@gitops-events/plugin-gitops-events-node';
import { presentTime } from '../presentTime';
import { nowSql } from './clock';

/** Senders repeat a message for some days at most. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const FORGOTTEN_AT_ONCE = 100;

/**
 * Makes the open changes due that a message is about, in the transaction that
 * remembers the message. One that somebody works on is left alone: it is being
 * looked at. Names of repositories are compared as forges do, whatever their case.
 *
 * @returns false for a message that was heard before
 */
export async function hearWebhook(
  tx: Knex,
  webhook: string,
  { delivery, changes }: WebhookNews,
): Promise<boolean> {
  const now = presentTime();
  const inserted = await tx('webhook_deliveries')
    .insert({ webhook, delivery, at: now })
    .onConflict(['webhook', 'delivery'])
    .ignore()
    .returning('delivery');
  if (inserted.length === 0) return false;

  const due = tx.raw(nowSql(tx));
  for (const { repository, branch } of changes) {
    await tx('changes')
      .whereIn('state', ['sealed', 'committed', 'proposed', 'waiting'])
      .whereRaw('lower(repository) = ?', [repository.toLowerCase()])
      .whereNull('claimed_by')
      .where('attempt', 0)
      .andWhere(query => branch && query.where({ branch }))
      .update({ due_at: due });
  }
  await tx('webhook_deliveries')
    .whereIn(
      ['webhook', 'delivery'],
      tx('webhook_deliveries')
        .select('webhook', 'delivery')
        .where('at', '<', now - KEPT_MS)
        .orderBy('at')
        .limit(FORGOTTEN_AT_ONCE),
    )
    .delete();
  return true;
}
