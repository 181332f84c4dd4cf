import type { Overview } from '@gitops-events/plugin-gitops-events-common';
import { Facts } from '../navigation/Facts';
import { Section } from '../navigation/Section';
import { RelativeTime } from '../time/RelativeTime';

const durabilityWords: Record<Overview['bus']['durability'], string> = {
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
export function BusState({ bus }: { bus: Overview['bus'] }) {
  return (
    <Section title="Event bus" boxed>
      <Facts
        facts={[
          ['Kind', kindWords[bus.kind] ?? bus.kind],
          ['Database', databaseWords[bus.database] ?? bus.database],
          ['Stored', durabilityWords[bus.durability]],
          [
            'Behind by',
            bus.lag === 0
              ? 'nothing: every event is decided'
              : `${bus.lag} accepted and not decided yet`,
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
    </Section>
  );
}
