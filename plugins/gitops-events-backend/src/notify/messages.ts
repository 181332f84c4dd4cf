import type { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import {
  countInWords,
  namesInWords,
} from '@gitops-events/plugin-gitops-events-common';
import { groupBy } from '../timeline/groupBy';
import type { Pending } from './readPending';

/** A notification and the waits that it tells of. */
export interface Message {
  scopes: string[];
  send: NotificationSendOptions;
}

/**
 * One notification for all runs held for one cause, so that a storm is one
 * line in an inbox. Its scope is the cause: more of the same renews it.
 */
export function heldMessages(held: Pending[]): Message[] {
  const byCause = groupBy(held, ({ sensor, reason, owners }) =>
    [sensor, reason?.code ?? 'held', ...owners].join('/'),
  );
  return [...byCause].map(([cause, runs]) => {
    const [{ title, sensor, reason, owners }] = runs;
    return {
      scopes: runs.map(({ scope }) => scope),
      send: {
        recipients: { type: 'entity', entityRef: owners },
        payload: {
          title:
            runs.length === 1
              ? `Held: ${title}`
              : `${countInWords(runs.length, 'run')} of ${sensor} held`,
          description: `${namesInWords(reason?.message ?? 'It waits for a person.')} Release or discard in the quarantine.`,
          link: `/gitops-events/quarantine?sensor=${encodeURIComponent(sensor)}`,
          severity: 'high',
          topic: 'held',
          scope: `held:${cause}`,
        },
      },
    };
  });
}

/** What a person must approve or merge is read one by one. */
export function changeMessages(waiting: Pending[]): Message[] {
  return waiting.map(({ scope, id, title, owners, reason }) => ({
    scopes: [scope],
    send: {
      recipients: { type: 'entity', entityRef: owners.slice(0, 1) },
      payload: {
        title: `Waits for you: ${title}`,
        description: `${namesInWords(reason?.message ?? 'It waits for an approval.')} Read the diff, then approve or close it.`,
        link: `/gitops-events/changes/${id}`,
        severity: 'normal',
        topic: 'approval',
        scope,
      },
    },
  }));
}
