import { createHash } from 'node:crypto';
import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';

let made = 0;

/** An event such as accept makes it; `uid` follows from `source` and `id`. @public */
export function incomingEvent(
  overrides: Partial<Omit<IncomingEvent, 'uid'>> = {},
): IncomingEvent {
  made += 1;
  const event = {
    id: `event-${made}`,
    source: 'https://registry.example',
    type: 'io.example.pushed',
    extensions: {},
    depth: 0,
    ingress: 'registry',
    principal: 'external:registry',
    ...overrides,
  };
  const uid = createHash('sha256')
    .update(`${event.source}\0${event.id}`)
    .digest('hex')
    .slice(0, 32);
  return { ...event, uid };
}
