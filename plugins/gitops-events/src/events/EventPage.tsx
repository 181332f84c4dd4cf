import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import { useParams } from 'react-router-dom';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { ConnectionState } from '../live/ConnectionState';
import { useLive } from '../live/useLive';
import { PageBody } from '../navigation/PageBody';
import { PageTitle } from '../navigation/PageTitle';
import { Section, boxStyle } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import { eventsRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { isMoving } from '../timeline/groupProgress';
import { GroupLines } from '../timeline/TimelineGroupItem';
import { Decisions } from '../sensors/Decisions';
import { Envelope } from './Envelope';
import { Payload } from './Payload';

/** One event: its story, what each sensor said to it, what it carried. */
export function EventPage() {
  const { uid = '' } = useParams();
  return <EventDetail key={uid} uid={uid} />;
}

function EventDetail({ uid }: { uid: string }) {
  const api = useApi(gitopsEventsApiRef);
  const events = useRouteRef(eventsRouteRef)();
  const live = useLive({
    key: uid,
    load: async signal => {
      const [event, timeline] = await Promise.all([
        api.call('getEvent', { params: { id: uid }, signal }),
        api.call('listTimeline', { query: { event: uid }, signal }),
      ]);
      return { event, group: timeline.items[0] };
    },
    moving: ({ group }) => !!group && isMoving(group),
  });
  const back = { to: events, text: 'All events' };
  if (!live.value) {
    return (
      <PageBody>
        {live.error === undefined ? (
          <LoadingRows />
        ) : (
          <>
            <PageTitle back={back} title="Event" />
            <ErrorPanel
              title="The event could not be loaded"
              error={live.error}
              onRetry={live.refresh}
            />
          </>
        )}
      </PageBody>
    );
  }
  const { event, group } = live.value;
  return (
    <PageBody>
      <PageTitle
        back={back}
        title={event.title}
        chip={<StatusChip status={event.summary} />}
        subtitle={
          <>
            <Sentence>{withFullStop(event.summary.sentence)}</Sentence> Accepted{' '}
            <RelativeTime at={event.acceptedAt} />.
          </>
        }
        actions={<ConnectionState connection={live.connection} />}
      />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            lg: 'minmax(0, 7fr) minmax(0, 5fr)',
          },
          columnGap: 3,
        }}
      >
        <div>
          {group && (
            <Section title="Timeline">
              <Box sx={{ ...boxStyle, p: 0, pt: 1 }}>
                <GroupLines group={group} />
              </Box>
            </Section>
          )}
          <Section title="Decisions">
            <Decisions decisions={event.decisions} showSensor />
          </Section>
        </div>
        <div>
          <Section title="Payload">
            <Payload event={event} />
          </Section>
          <Section title="Envelope" boxed>
            <Envelope event={event} />
          </Section>
        </div>
      </Box>
    </PageBody>
  );
}

/** Another sentence follows. */
function withFullStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
