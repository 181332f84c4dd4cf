import Box from '@mui/material/Box';
import {
  sensorTestPermission,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { useEffect, useState } from 'react';
import { useRefusalReason } from '../../api/useRefusalReason';
import { ActionButton } from '../../feedback/ActionButton';
import { EmptyState } from '../../feedback/EmptyState';
import { useUrlFilters } from '../../filters/useUrlFilters';
import { Section } from '../../navigation/Section';
import { EarlierReplays } from '../replay/EarlierReplays';
import { ReplayResult } from '../replay/ReplayResult';
import { TryPastEvents } from '../replay/TryPastEvents';
import { BenchResult } from './BenchResult';
import { ClockChoice, momentOf } from './ClockChoice';
import { EventChoice } from './EventChoice';
import { draftFor, ingressFor, readDraft } from './eventDraft';
import { RuleChoice } from './RuleChoice';
import { useRehearsal, type Rehearsed } from './useRehearsal';

const names = ['event', 'replay'] as const;
/** In the place of an event's id: one that is written here. */
const own = 'own';

const benchStyle = {
  display: 'grid',
  gap: 3,
  alignItems: 'start',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr)',
    lg: 'minmax(0, 5fr) minmax(0, 8fr)',
  },
} as const;

/** Tries the rule, or a changed one, with a past event or a made-up one. Nothing is kept or changed. */
export function SensorBench({ sensor }: { sensor: SensorDetail }) {
  const refused = useRefusalReason(sensorTestPermission, 'sensor', sensor.name);
  if (refused) {
    return (
      <EmptyState title="You may not test this sensor">
        A test shows what its steps would read and write in a repository.{' '}
        {refused}
      </EmptyState>
    );
  }
  return <Bench sensor={sensor} />;
}

function Bench({ sensor }: { sensor: SensorDetail }) {
  const { filters, setFilter, setFilters } = useUrlFilters(names);
  const choose = (event: string) => setFilters({ event, replay: '' });
  const written = filters.event === own;
  const uid = written ? '' : filters.event;
  const [draft, setDraft] = useState(() =>
    JSON.stringify(draftFor(sensor), undefined, 2),
  );
  // Undefined: the active revision.
  const [yaml, setYaml] = useState<string>();
  const [clock, setClock] = useState('');
  const { busy, result, error, rehearse } = useRehearsal();
  const [refused, setRefused] = useState<unknown>();
  const { name, revision } = sensor;

  const asked = written ? readDraft(draft) : { uids: uid ? [uid] : [] };
  const missing = missingIn(asked);
  const rule = yaml === undefined ? { sensor: name } : { yaml };
  const test = () => {
    if (missing !== undefined || 'problem' in asked) return;
    setRefused(undefined);
    if (filters.replay) setFilter('replay', '');
    const event =
      'event' in asked
        ? { events: [{ ...asked, ingress: ingressFor(sensor, asked.event) }] }
        : asked;
    const body: Rehearsed = { ...rule, ...event, ...momentOf(clock) };
    void rehearse(body);
  };
  // A past event is tested as soon as it is chosen, what is written when one says so.
  useEffect(() => {
    if (uid && yaml === undefined) test();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [uid, revision]);

  return (
    <Box sx={benchStyle}>
      <Box sx={{ display: 'grid', gap: 2, minWidth: 0 }}>
        <EventChoice
          sensor={sensor}
          written={written}
          uid={uid}
          onUid={choose}
          draft={draft}
          onDraft={text => {
            setDraft(text);
            if (!written) setFilter('event', own, 'typing');
          }}
          onWrite={() => choose(own)}
          onTest={test}
        />
        <ClockChoice value={clock} past={!written} onChange={setClock} />
        <RuleChoice
          sensor={sensor}
          yaml={yaml}
          error={refused ?? error}
          onChange={setYaml}
          onTest={test}
        />
        <div>
          <ActionButton
            variant="contained"
            reason={missing}
            disabled={busy}
            onClick={test}
          >
            {busy ? 'Testing…' : 'Test'}
          </ActionButton>
        </div>
        <Section title="Past events">
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem', mb: 1 }}>
            What would this rule have said to all that came? Compared with what
            was said, with diffs.
          </Box>
          <TryPastEvents sensor={name} rule={rule} onError={setRefused} />
          <EarlierReplays sensor={name} shown={filters.replay} />
        </Section>
      </Box>
      {filters.replay && refused === undefined ? (
        <ReplayResult
          key={filters.replay}
          sensor={sensor}
          id={filters.replay}
        />
      ) : (
        <BenchResult busy={busy} result={result} error={refused ?? error} />
      )}
    </Box>
  );
}

function missingIn(
  asked: ReturnType<typeof readDraft> | { uids: string[] },
): string | undefined {
  if ('problem' in asked) return asked.problem;
  return 'uids' in asked && asked.uids.length === 0
    ? 'Choose an event first, or write one.'
    : undefined;
}
