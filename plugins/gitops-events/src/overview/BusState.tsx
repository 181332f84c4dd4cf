import type {
  IntakeView,
  Overview,
} from '@gitops-events/plugin-gitops-events-common';
import { Facts } from '../navigation/Facts';
import { Section } from '../navigation/Section';
import { RelativeTime } from '../time/RelativeTime';
import { IntakeState } from './IntakeState';

const durabilityWords: Record<
  NonNullable<Overview['bus']['durability']>,
  string
> = {
  disk: 'on disk before it is acknowledged',
  replicated: 'on several brokers before it is acknowledged',
  relaxed: 'relaxed: an acknowledged event can be lost in a crash',
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
export function BusState(props: {
  bus: Overview['bus'];
  onChanged: () => void;
}) {
  const { bus, onChanged } = props;
  const { broker, intakes = [] } = bus;
  const unreadable = sum(intakes.map(intake => intake.unreadable));
  return (
    <Section title="Event bus" boxed>
      <Facts
        facts={[
          ['Kind', kindWords[bus.kind] ?? bus.kind],
          ['Database', databaseWords[bus.database] ?? bus.database],
          [
            'Stored',
            bus.durability
              ? durabilityWords[bus.durability]
              : 'not known before the broker answers',
          ],
          [
            'Behind by',
            bus.lag === 0
              ? 'nothing: every event is decided'
              : `${bus.lag} accepted and not decided yet`,
          ],
          [
            'Broker',
            broker && (
              <>
                {broker.state === 'up' ? 'answers' : 'does not answer'} since{' '}
                <RelativeTime at={broker.since} />
                {broker.message ? `: ${broker.message}` : ''}
              </>
            ),
          ],
          ['At the broker', broker && atTheBroker(intakes)],
          ...intakes.flatMap(({ partition, expiresAt }) =>
            expiresAt
              ? [
                  [
                    'Expires',
                    <>
                      what waits in <code>{partition}</code> is deleted from{' '}
                      <RelativeTime at={expiresAt} /> on. Let the database take
                      it in, or have the broker keep it longer.
                    </>,
                  ] as const,
                ]
              : [],
          ),
          ...intakes.flatMap(({ partition, filled }) =>
            filled
              ? [
                  [
                    'Fills up',
                    <>
                      what waits in <code>{partition}</code> takes{' '}
                      {Math.round(filled * 100)} % of what the broker keeps;
                      beyond that, the oldest is deleted. Let the database take
                      it in, or have the broker keep more.
                    </>,
                  ] as const,
                ]
              : [],
          ),
          [
            'No events',
            unreadable > 0 &&
              `${unreadable} records of the broker could not be read; they are kept in the table intake_leftovers`,
          ],
          ...bus.standstills.map(
            ({ partition, since, message }) =>
              [
                'Stands still',
                <>
                  <code>{partition}</code> since <RelativeTime at={since} />:{' '}
                  {message} It is tried again and loses nothing.
                </>,
              ] as const,
          ),
        ]}
      />
      <IntakeState intakes={intakes} onChanged={onChanged} />
    </Section>
  );
}

function atTheBroker(intakes: IntakeView[]): string {
  if (intakes.some(({ behind }) => behind === undefined)) {
    return 'what waits there is not known now';
  }
  const behind = sum(intakes.map(intake => intake.behind ?? 0));
  return behind === 0
    ? 'nothing waits: the database has every event'
    : `${behind} acknowledged and not in the database yet`;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
