import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  countInWords,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import type { ReactNode } from 'react';
import { EntityLink } from '../navigation/EntityLink';
import { PageTitle } from '../navigation/PageTitle';
import { TextLink } from '../navigation/TextLink';
import { quarantineRouteRef, sensorRouteRef, sensorsRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { BreakerNotice } from './BreakerNotice';
import { MemoryNotice } from './MemoryNotice';
import { PauseButton } from './PauseButton';
import {
  agreementInWords,
  breakerInWords,
  keysInWords,
  modeWords,
  sensorStatus,
} from './sensorStatus';
import { useActivity } from './useActivity';

/** How a sensor is doing, at a glance, and the button that stops it. */
export function SensorHeader(props: {
  sensor: SensorDetail;
  onChanged: () => void;
}) {
  const { sensor, onChanged } = props;
  const sensors = useRouteRef(sensorsRouteRef)();
  const status = sensorStatus(sensor);
  // An open breaker has a notice of its own.
  const needsSentence =
    status.tone !== 'success' && !status.word.startsWith('Circuit');
  return (
    <>
      <PageTitle
        back={{ to: sensors, text: 'All sensors' }}
        title={sensor.title}
        chip={<StatusChip status={status} />}
        subtitle={
          <>
            {sensor.description && <div>{sensor.description}</div>}
            {needsSentence && <div>{status.sentence}</div>}
          </>
        }
        actions={
          sensor.revision !== undefined && (
            <PauseButton sensor={sensor} onChanged={onChanged} />
          )
        }
      />
      <BreakerNotice sensor={sensor} onChanged={onChanged} />
      <MemoryNotice sensor={sensor} />
      <SensorFacts sensor={sensor} />
    </>
  );
}

function SensorFacts({ sensor }: { sensor: SensorDetail }) {
  const {
    name,
    owner,
    revision,
    revisions,
    mode,
    counts,
    breaker,
    memory,
    lag,
  } = sensor;
  const address = useRouteRef(sensorRouteRef)({ name });
  const quarantine = useRouteRef(quarantineRouteRef)();
  const agreement = agreementInWords(sensor);
  const active = revisions.find(one => one.revision === revision);
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        mb: 2,
        display: { xs: 'grid', md: 'flex' },
        flexWrap: 'wrap',
        gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
        columnGap: { xs: 2, md: 5 },
        rowGap: 1.25,
      }}
    >
      <Fact name="Owner">
        <EntityLink entityRef={owner} />
      </Fact>
      <Fact name="Name">{name}</Fact>
      {revision !== undefined && (
        <>
          <Fact name="Mode">{modeWords[mode]}</Fact>
          <Fact name="Revision">
            <TextLink to={`${address}/revisions`}>{revision}</TextLink>
            {active && (
              <>
                , loaded <RelativeTime at={active.createdAt} />
              </>
            )}
          </Fact>
          <Fact name="Last hour">
            <Rate name={name} />
          </Fact>
        </>
      )}
      {agreement && <Fact name="Agreement within a day">{agreement}</Fact>}
      {breaker && <Fact name="Circuit breaker">{breakerInWords(breaker)}</Fact>}
      {lag > 0 && (
        <Fact name="Not decided yet">{countInWords(lag, 'event')}</Fact>
      )}
      {memory.keys > 0 && (
        <Fact name="Remembers">
          {keysInWords(memory.keys)} {memory.keys === 1 ? 'key' : 'keys'}
        </Fact>
      )}
      {counts.held > 0 && (
        <Fact name="In quarantine">
          <TextLink to={`${quarantine}?sensor=${encodeURIComponent(name)}`}>
            {countInWords(counts.held, 'run')}
          </TextLink>
        </Fact>
      )}
    </Box>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
      <Box
        component="dt"
        sx={{ fontSize: '0.75rem', color: 'text.secondary', mb: 0.25 }}
      >
        {name}
      </Box>
      <Box component="dd" sx={{ m: 0 }}>
        {children}
      </Box>
    </Box>
  );
}

function Rate({ name }: { name: string }) {
  const { value, error } = useActivity(name, { hours: 1 });
  if (!value) return <>{error === undefined ? '…' : 'not known'}</>;
  const { decided, fired, partial } = value;
  const events = countInWords(decided, 'event');
  return (
    <span style={{ fontVariantNumeric: 'tabular-nums' }}>
      {partial ? `more than ${events}` : events}, {fired} fired
    </span>
  );
}
