import type {
  IntakeView,
  Overview,
  Status,
} from '@gitops-events/plugin-gitops-events-common';
import Box from '@mui/material/Box';
import { Facts } from '../navigation/Facts';
import { Section } from '../navigation/Section';
import { StatusChip } from '../status/StatusChip';
import { Lasting } from '../time/Lasting';
import { BusNotices } from './BusNotices';
import { IntakeState } from './IntakeState';

type Bus = Overview['bus'];

const durabilities: Record<NonNullable<Bus['durability']>, Status> = {
  disk: {
    ...{ tone: 'success', word: 'Disk' },
    sentence: 'on disk before it is acknowledged',
  },
  replicated: {
    ...{ tone: 'success', word: 'Replicated' },
    sentence: 'on several brokers before it is acknowledged',
  },
  relaxed: {
    ...{ tone: 'warning', word: 'Relaxed' },
    sentence: 'an acknowledged event can be lost in a crash',
  },
};
const brokerStates: Record<NonNullable<Bus['broker']>['state'], Status> = {
  up: { tone: 'success', word: 'Answers', sentence: 'It answers.' },
  down: {
    ...{ tone: 'error', word: 'Does not answer' },
    sentence: 'It does not answer.',
  },
};

const kindWords: Record<string, string> = {
  embedded: 'Embedded, in the database',
  kafka: 'Kafka',
  nats: 'NATS JetStream',
};
const databaseWords: Record<string, string> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
};

/** In which sense "accepted" means stored, and whether deciding keeps up. */
export function BusState(props: { bus: Bus; onChanged: () => void }) {
  const { bus, onChanged } = props;
  const { broker, intakes = [] } = bus;
  const stored = bus.durability && durabilities[bus.durability];
  return (
    <Section title="Event bus" boxed>
      <Facts
        facts={[
          ['Kind', kindWords[bus.kind] ?? bus.kind],
          ['Database', databaseWords[bus.database] ?? bus.database],
          [
            'Stored',
            stored ? (
              <>
                <StatusChip status={stored} /> {stored.sentence}
              </>
            ) : (
              'not known before the broker answers'
            ),
          ],
          [
            'Behind by',
            bus.lag === 0
              ? 'nothing: every event is decided'
              : `${bus.lag.toLocaleString('en')} accepted and not decided yet`,
          ],
          [
            'Broker',
            broker && (
              <>
                <StatusChip status={brokerStates[broker.state]} />{' '}
                <Lasting since={broker.since} />
                {broker.message ? `: ${broker.message}` : ''}
              </>
            ),
          ],
          ['At the broker', broker && atTheBroker(intakes)],
        ]}
      />
      <Box sx={{ display: 'grid', gap: 1, '& > :first-of-type': { mt: 1.5 } }}>
        <IntakeState intakes={intakes} onChanged={onChanged} />
        <BusNotices intakes={intakes} standstills={bus.standstills} />
      </Box>
    </Section>
  );
}

function atTheBroker(intakes: IntakeView[]): string {
  if (intakes.some(({ behind }) => behind === undefined)) {
    return 'what waits there is not known now';
  }
  const behind = intakes.reduce((sum, intake) => sum + (intake.behind ?? 0), 0);
  return behind === 0
    ? 'nothing waits: the database has every event'
    : `${behind.toLocaleString('en')} acknowledged and not in the database yet`;
}
