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
import { Sentence } from '../navigation/Sentence';
import { TextLink } from '../navigation/TextLink';
import {
  changeRouteRef,
  changesRouteRef,
  quarantineRouteRef,
  refusedMessagesRouteRef,
  sensorRouteRef,
  sourcesRouteRef,
} from '../routes';
import { sensorStatus } from '../sensors/sensorStatus';
import { StatusChip } from '../status/StatusChip';
import { Lasting } from '../time/Lasting';
import { RelativeTime } from '../time/RelativeTime';
import { unreadableStatus } from './unreadableStatus';

/** What waits for a person, and the sources and sensors that need one. */
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
  const messages = useRouteRef(refusedMessagesRouteRef)();
  const sources = useRouteRef(sourcesRouteRef)();
  const { held, refusedMessages, ailingSources = [] } = overview;
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
        {held.count > 0 && (
          <Box sx={{ mt: 1 }}>
            <TextLink to={quarantine}>
              {countInWords(held.count, 'run')} in quarantine
            </TextLink>
          </Box>
        )}
        {!!refusedMessages?.count && (
          <Box sx={{ mt: 1 }}>
            <TextLink to={messages}>
              {countInWords(refusedMessages.count, 'refused message')} of event
              sources
            </TextLink>
            {refusedMessages.oldestAt && (
              <Box component="span" sx={{ color: 'text.secondary' }}>
                , the oldest <RelativeTime at={refusedMessages.oldestAt} />
              </Box>
            )}
          </Box>
        )}
      </Section>
      {ailingSources.length > 0 && (
        <Section title="Event sources that need a look">
          <Lines
            nothing=""
            lines={ailingSources.map(({ name, status, since }) => ({
              key: name,
              head: (
                <TextLink to={`${sources}?open=${encodeURIComponent(name)}`}>
                  {name}
                </TextLink>
              ),
              chip: <StatusChip status={status} />,
              note: (
                <>
                  <Sentence>{status.sentence}</Sentence>
                  {since && (
                    <>
                      {' '}
                      It has been so <Lasting since={since} />.
                    </>
                  )}
                </>
              ),
            }))}
          />
        </Section>
      )}
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
          <Box
            sx={{
              color: 'text.secondary',
              fontSize: '0.8125rem',
              overflowWrap: 'anywhere',
            }}
          >
            {note}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
