import type {
  Status,
  UnreadableLocation,
} from '@gitops-events/plugin-gitops-events-common';

export function unreadableStatus({
  message,
  eventsWait,
}: UnreadableLocation): Status {
  return {
    tone: 'error',
    word: eventsWait ? 'Events wait for it' : 'Cannot be read',
    sentence: message,
  };
}
