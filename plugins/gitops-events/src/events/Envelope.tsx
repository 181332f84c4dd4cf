import type { EventView } from '@gitops-events/plugin-gitops-events-common';
import { useRouteRef } from '@backstage/core-plugin-api';
import { EntityLink } from '../navigation/EntityLink';
import { Facts } from '../navigation/Facts';
import { Sentence } from '../navigation/Sentence';
import { TextLink } from '../navigation/TextLink';
import { eventRouteRef } from '../routes';
import { absolute } from '../time/RelativeTime';

/** `user:default/ana via plugin:scaffolder`: the person by name, the plugin by its id. */
function bringer(principal: string): string {
  return principal.replace(/\b(?:plugin|external):/g, '');
}

/** The sender's attributes, and what we know of the arrival. */
export function Envelope({ event }: { event: EventView }) {
  const eventRoute = useRouteRef(eventRouteRef);
  return (
    <Facts
      facts={[
        ['Type', event.type],
        ['Source', event.source],
        ['Id', event.id],
        ['Subject', event.subject],
        ['Time', event.time],
        [
          'Entity',
          event.entityRef && <EntityLink entityRef={event.entityRef} />,
        ],
        ['Content', event.dataContentType],
        ['Schema', event.dataSchema],
        ['Partition key', event.partitionKey],
        ...Object.entries(event.extensions).map(
          ([name, value]) => [name, String(value)] as const,
        ),
        ['Accepted', absolute(event.acceptedAt)],
        [
          'Brought by',
          <>
            <Sentence key="by">{bringer(event.principal)}</Sentence>, ingress{' '}
            {event.ingress}
          </>,
        ],
        [
          'Caused by',
          event.causationId && (
            <TextLink to={eventRoute({ uid: event.causationId })}>
              the event before it
            </TextLink>
          ),
        ],
        ['Depth', event.depth > 0 ? String(event.depth) : undefined],
      ]}
    />
  );
}
