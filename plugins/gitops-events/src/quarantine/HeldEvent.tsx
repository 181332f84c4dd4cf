import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { Payload } from '../events/Payload';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { useLive } from '../live/useLive';
import { EntityLink } from '../navigation/EntityLink';
import { Facts } from '../navigation/Facts';
import { TextLink } from '../navigation/TextLink';
import { eventRouteRef } from '../routes';
import { absolute } from '../time/RelativeTime';
import { Part } from './Part';

/** The event behind a held run. */
export function HeldEvent({ uid }: { uid: string }) {
  const api = useApi(gitopsEventsApiRef);
  const eventRoute = useRouteRef(eventRouteRef);
  const {
    value: event,
    error,
    refresh,
  } = useLive({
    key: uid,
    load: signal => api.call('getEvent', { params: { id: uid }, signal }),
  });
  return (
    <Part title="Event">
      {!event && error === undefined && (
        <Skeleton variant="rounded" height={80} />
      )}
      {!event && error !== undefined && (
        <ErrorPanel
          title="The event could not be loaded"
          error={error}
          onRetry={refresh}
        />
      )}
      {event && (
        <>
          <Facts
            facts={[
              [
                'Type',
                <TextLink key="type" to={eventRoute({ uid })}>
                  {event.type}
                </TextLink>,
              ],
              ['Source', event.source],
              ['Subject', event.subject],
              [
                'Entity',
                event.entityRef && <EntityLink entityRef={event.entityRef} />,
              ],
              ['Accepted', absolute(event.acceptedAt)],
            ]}
          />
          <Box sx={{ mt: 1 }}>
            <Payload event={event} />
          </Box>
        </>
      )}
    </Part>
  );
}
