import { nameInWords } from '@gitops-events/plugin-gitops-events-common';
import { userOf } from '../pipeline/principal';
import type { EventRow } from './eventRow';

/**
 * Who asked: the reference of the user who brought the event, else the initiator that
 * its sender names (CloudEvents extension `authid`, or `initiator`), else where
 * it came in. Only words: nothing is allowed on the sender's word.
 */
export function requestedBy(
  event: Pick<EventRow, 'principal' | 'extensions' | 'ingress'>,
): string {
  const { principal, extensions, ingress } = event;
  const user = userOf(principal);
  if (user) return user;
  const named = extensions.authid ?? extensions.initiator;
  if (typeof named === 'string' && named !== '') {
    return nameInWords(named).slice(0, 100);
  }
  return ingress || nameInWords(principal);
}
