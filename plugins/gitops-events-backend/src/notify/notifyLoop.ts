import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import { changeMessages, heldMessages } from './messages';
import {
  forgetTold,
  markTold,
  readPendingChanges,
  readPendingHeld,
} from './readPending';

const maxPending = 500;
/** Failures in a row after which the service is taken to be away; a single one may be the message's own. */
const patience = 3;
const remindAfterMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Tells owners what is held or waits for them, apart from the pipeline, which
 * never waits for it. Sent, then remembered: a crash between the two sends the
 * same scope again, which renews the notification instead of adding one. What
 * still waits after 30 days is told again.
 */
export function startNotifyLoop(options: {
  knex: Knex;
  notifications: NotificationService;
  logger: LoggerService;
  /** Milliseconds. Default 2,000. */
  pollMs?: number;
}): Loop {
  const { logger, pollMs = 2_000 } = options;
  return startLoop({
    name: 'notify',
    logger,
    pollMs,
    turn: async () => {
      await tellOwners({ ...options, now: presentTime() });
      return false;
    },
  });
}

/** One turn; what cannot be sent is tried again with the next. */
export async function tellOwners(options: {
  knex: Knex;
  notifications: NotificationService;
  logger: LoggerService;
  /** Milliseconds since the epoch. */
  now: number;
}): Promise<void> {
  const { knex, notifications, logger, now } = options;
  const messages = [
    ...heldMessages(await readPendingHeld(knex, maxPending)),
    ...changeMessages(await readPendingChanges(knex, maxPending)),
  ];
  let failures = 0;
  for (const { scopes, send } of messages) {
    try {
      await notifications.send(send);
    } catch (error) {
      logger.warn(`Owners could not be told "${send.payload.title}": ${error}`);
      failures += 1;
      if (failures === patience) return;
      continue;
    }
    failures = 0;
    await markTold(knex, scopes, now);
  }
  if (messages.length > 0) await forgetTold(knex, now - remindAfterMs);
}
