import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  countInWords,
  type ChangeView,
  type Overview,
  type SensorView,
} from '@gitops-events/plugin-gitops-events-common';
import type { ReactNode } from 'react';
import { Section, boxStyle } from '../navigation/Section';
import { TextLink } from '../navigation/TextLink';
import {
  changeRouteRef,
  changesRouteRef,
  quarantineRouteRef,
  sensorRouteRef,
} from '../routes';
import { sensorStatus } from '../sensors/sensorStatus';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { unreadableStatus } from './unreadableStatus';

/** What waits for a person, and sensors that need one. */
export function Attention(props: {
  overview: Overview;
  sensors: readonly SensorView[];
  waiting: readonly ChangeView[];
}) {
  const { overview, sensors, waiting } = props;
  const sensorRoute = useRouteRef(sensorRouteRef);
  const changeRoute = useRouteRef(changeRouteRef);
  const changes = useRouteRef(changesRouteRef)();
  const quarantine = useRouteRef(quarantineRouteRef)();
  const ailing = sensors.filter(
    sensor => sensorStatus(sensor).tone !== 'success',
  );
  return (
    <>
      <Section
        title="Waiting for a person"
        end={
          <TextLink to={`${changes}?state=open`} sx={{ fontSize: '0.8125rem' }}>
            {countInWords(overview.openChanges, 'open change')}
          </TextLink>
        }
      >
        <Lines
          nothing="No change waits for anybody."
          lines={waiting.map(change => ({
            key: change.id,
            head: (
              <TextLink to={changeRoute({ id: change.id })}>
                {change.title}
              </TextLink>
            ),
            chip: <StatusChip status={change.status} sentence />,
            note: <RelativeTime at={change.createdAt} />,
          }))}
        />
        {overview.held.count > 0 && (
          <Box sx={{ mt: 1 }}>
            <TextLink to={quarantine}>
              {countInWords(overview.held.count, 'run')} in quarantine
            </TextLink>
          </Box>
        )}
      </Section>
      <Section title="Sensors that need a look">
        <Lines
          nothing="All sensors are active and nothing of theirs is held."
          lines={[
            ...overview.unreadableLocations.map(unreadable => ({
              key: `location ${unreadable.location}`,
              head: unreadable.location,
              chip: <StatusChip status={unreadableStatus(unreadable)} />,
              note: unreadable.message,
            })),
            ...ailing.map(sensor => ({
              key: sensor.name,
              head: (
                <TextLink to={sensorRoute({ name: sensor.name })}>
                  {sensor.title}
                </TextLink>
              ),
              chip: <StatusChip status={sensorStatus(sensor)} />,
              note: sensorStatus(sensor).sentence,
            })),
          ]}
        />
      </Section>
    </>
  );
}

function Lines(props: {
  nothing: string;
  lines: { key: string; head: ReactNode; chip: ReactNode; note: ReactNode }[];
}) {
  const { nothing, lines } = props;
  if (lines.length === 0) {
    return <Box sx={{ color: 'text.secondary' }}>{nothing}</Box>;
  }
  return (
    <Box component="ul" sx={{ ...boxStyle, p: 0, m: 0, listStyle: 'none' }}>
      {lines.map(({ key, head, chip, note }) => (
        <Box
          component="li"
          key={key}
          sx={{
            px: 2,
            py: 1.25,
            display: 'grid',
            gap: 0.5,
            justifyItems: 'start',
            '& + &': { borderTop: 1, borderColor: 'divider' },
          }}
        >
          <Box sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{head}</Box>
          {chip}
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            {note}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
