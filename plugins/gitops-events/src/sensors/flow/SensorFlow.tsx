import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  countInWords,
  type SensorActivity,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { ConnectionState } from '../../live/ConnectionState';
import { TextLink } from '../../navigation/TextLink';
import { sensorRouteRef } from '../../routes';
import { RelativeTime } from '../../time/RelativeTime';
import { useActivity } from '../useActivity';
import { flowCounts } from './flowCounts';
import { Graph } from './Graph';

/** What it listens to, what it decides, what it then does, with what went each way within an hour. */
export function SensorFlow({ sensor }: { sensor: SensorDetail }) {
  const address = useRouteRef(sensorRouteRef)({ name: sensor.name });
  if (sensor.revision === undefined) {
    return (
      <EmptyState
        title="There is nothing to draw yet"
        action={<TextLink to={`${address}/source`}>See what to mend</TextLink>}
      >
        No text of this sensor could be read so far, so it listens to nothing
        and does nothing. Its source shows what to mend, line by line.
      </EmptyState>
    );
  }
  return (
    <Flow
      sensor={sensor}
      revision={sensor.revision}
      decisions={`${address}/decisions`}
    />
  );
}

function Flow(props: {
  sensor: SensorDetail;
  revision: number;
  decisions: string;
}) {
  const { sensor, revision, decisions } = props;
  const live = useActivity(sensor.name, { hours: 1, revision });
  const counts = flowCounts(sensor, live.value);
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          columnGap: 1.5,
          rowGap: 0.5,
          mb: 2,
        }}
      >
        <ConnectionState connection={live.connection} />
        <Box sx={{ color: 'text.secondary' }}>
          <Period sensor={sensor} activity={live.value} />
        </Box>
      </Box>
      {live.error !== undefined && !live.value && (
        <ErrorPanel
          title="The counts could not be loaded"
          error={live.error}
          onRetry={live.refresh}
        />
      )}
      <Box aria-busy={!live.value}>
        <Graph sensor={sensor} counts={counts} decisions={decisions} />
      </Box>
    </>
  );
}

/** Which events the numbers count. */
function Period(props: {
  sensor: SensorDetail;
  activity: SensorActivity | undefined;
}) {
  const { sensor, activity } = props;
  if (!activity) return <>Counting what went each way…</>;
  const active = sensor.revisions.find(
    ({ revision }) => revision === sensor.revision,
  );
  const when =
    active && active.createdAt > activity.since ? (
      <>
        since revision {active.revision} was loaded{' '}
        <RelativeTime at={active.createdAt} />
      </>
    ) : (
      'in the last hour'
    );
  if (activity.decided === 0) return <>No event came to it {when}.</>;
  return (
    <>
      {activity.partial && 'More than '}
      {countInWords(activity.decided, 'event')} came to it {when}.
    </>
  );
}
