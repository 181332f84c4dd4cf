import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { RequestButton } from '../entity/RequestButton';
import { EmptyState } from '../feedback/EmptyState';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { ConnectionState } from '../live/ConnectionState';
import { useLive } from '../live/useLive';
import { PageBody } from '../navigation/PageBody';
import { Section } from '../navigation/Section';
import { StopButton } from '../stops/StopButton';
import { StopHistory } from '../stops/StopHistory';
import { isMoving } from '../timeline/groupProgress';
import { HopBar } from '../timeline/HopBar';
import { TimelineList } from '../timeline/TimelineList';
import { Attention } from './Attention';
import { AuditState } from './AuditState';
import { BusState } from './BusState';
import { Figures } from './Figures';
import { howItGoes } from './howItGoes';

const columnsStyle = {
  display: 'grid',
  columnGap: 3,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 360px' },
} as const;

const latest = 5;
// What the API calls the time that people took.
const waitingHop = 'Wait for people';

function useOverview() {
  const api = useApi(gitopsEventsApiRef);
  return useLive({
    key: 'overview',
    load: async signal => {
      const [overview, timeline, sensors, waiting] = await Promise.all([
        api.call('getOverview', { signal }),
        api.call('listTimeline', { query: { limit: latest }, signal }),
        api.call('listSensors', { query: { limit: 100 }, signal }),
        api.call('listChanges', {
          query: { state: 'waiting', limit: 10 },
          signal,
        }),
      ]);
      return {
        overview,
        groups: timeline.items,
        sensors: sensors.items,
        waiting: waiting.items,
      };
    },
    moving: ({ groups }) => groups.some(group => isMoving(group)),
  });
}

/** Are we within the objective, and if not, where does it hang? */
export function OverviewPage() {
  const { value, error, connection, refresh } = useOverview();
  if (!value) {
    return (
      <PageBody>
        {error === undefined ? (
          <LoadingRows height={96} />
        ) : (
          <ErrorPanel
            title="The overview could not be loaded"
            error={error}
            onRetry={refresh}
          />
        )}
      </PageBody>
    );
  }
  const { overview, groups, sensors, waiting } = value;
  return (
    <PageBody>
      <PageShortcuts />
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'baseline',
          columnGap: 2,
          rowGap: 0.5,
          mb: 2,
        }}
      >
        <Typography
          component="h2"
          sx={{ fontSize: '1.125rem', fontWeight: 600, m: 0 }}
        >
          {howItGoes(overview)}
        </Typography>
        <ConnectionState connection={connection} />
        <Box sx={{ ml: 'auto' }}>
          <StopButton onChanged={refresh} />
        </Box>
      </Box>
      <Figures overview={overview} />
      <Box sx={columnsStyle}>
        <Box sx={{ minWidth: 0 }}>
          {overview.hops.length > 0 && (
            <Section title="Where the time goes, on average" boxed>
              <HopBar
                height={14}
                hops={overview.hops.map(({ hop, ms }) => ({
                  name: hop,
                  ms,
                  waiting: hop === waitingHop,
                }))}
              />
            </Section>
          )}
          <Section title="Latest events">
            {groups.length > 0 ? (
              <TimelineList groups={groups} onChanged={refresh} />
            ) : (
              <EmptyState
                title="No event has arrived yet"
                action={<RequestButton />}
              >
                Make a request with a form: its steps, from the event to the
                moment it is applied, appear here within a second.
              </EmptyState>
            )}
          </Section>
        </Box>
        <Box sx={{ minWidth: 0 }}>
          <Attention overview={overview} sensors={sensors} waiting={waiting} />
          <BusState bus={overview.bus} onChanged={refresh} />
          <AuditState />
          <StopHistory />
        </Box>
      </Box>
    </PageBody>
  );
}
